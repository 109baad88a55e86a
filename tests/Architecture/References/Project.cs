using System.Xml.Linq;
using Exchange.Tests;

namespace Exchange.Architecture.Tests.References;

/// <summary>A project as its file states it.</summary>
/// <param name="Name">The file's name without ending.</param>
/// <param name="References">Projects by name, packages as <c>package:X</c>, frameworks as <c>framework:X</c>.</param>
internal sealed record Project(string Name, IReadOnlySet<string> References)
{
    /// <summary>All projects under a folder.</summary>
    internal static IReadOnlyList<Project> Under(string folder) => [.. SourceTree.Files(folder, "*.csproj").Select(Read)];

    private static Project Read(string file)
    {
        var root = XElement.Load(Path.Combine(Prerequisites.Repository, file));
        var references = new HashSet<string>(StringComparer.Ordinal);
        references.UnionWith(Included(root, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))));
        references.UnionWith(Included(root, "PackageReference").Select(package => $"package:{package}"));
        references.UnionWith(Included(root, "FrameworkReference").Select(framework => $"framework:{framework}"));

        // Directory.Build.targets makes references of this property.
        references.UnionWith(root.Descendants("UsesGrpc").SelectMany(uses => uses.Value.Split(';')).Select(part => $"Exchange.Grpc.{part}"));
        return new Project(Path.GetFileNameWithoutExtension(file), references);
    }

    private static IEnumerable<string> Included(XElement root, string item) =>
        root.Descendants(item).Select(reference => (string?)reference.Attribute("Include")).OfType<string>();
}
