using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Exchange.Policy.Tests.Minimisation;

/// <summary>
/// A bug put into the minimiser's source at one place. The source that was compiled into src/Policy is embedded in the tests; it is compiled
/// once more with the change, so that the real one carries no seam for it.
/// </summary>
internal sealed record SeededBug(string Name, string File, string Right, string Wrong)
{
    private const string Usings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading;";

    private static readonly Dictionary<string, SyntaxTree> Sources = typeof(SeededBug).Assembly.GetManifestResourceNames()
        .Where(name => name.EndsWith(".cs", StringComparison.Ordinal))
        .ToDictionary(name => name, name => Parse(Read(name)));

    /// <summary>The minimiser as it is; each bug replaces one file of it, so that the rest is read only once.</summary>
    private static readonly CSharpCompilation Whole = CSharpCompilation.Create(
        "Minimiser.WithBug",
        [.. Sources.Values, Parse(Usings)],
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) != "Exchange.Policy.dll")
            .Select(path => MetadataReference.CreateFromFile(path)),
        new(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable, concurrentBuild: false));

    /// <summary>Compiles the minimiser with this bug.</summary>
    public IMinimiser Compile()
    {
        var source = Read(File);
        (source.Split(Right).Length - 1).ShouldBe(1, $"\"{Right}\" must stand once in {File}");
        using var image = new MemoryStream();
        var result = Whole.ReplaceSyntaxTree(Sources[File], Parse(source.Replace(Right, Wrong, StringComparison.Ordinal))).Emit(image);
        result.Success.ShouldBeTrue(string.Join('\n', result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)));
        image.Position = 0;
        var assembly = new AssemblyLoadContext(Name).LoadFromStream(image);
        return (IMinimiser)Activator.CreateInstance(assembly.GetType(typeof(MinimiserDoor).FullName!, throwOnError: true)!)!;
    }

    public override string ToString() => Name;

    private static SyntaxTree Parse(string source) => CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Preview, DocumentationMode.None));

    private static string Read(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
