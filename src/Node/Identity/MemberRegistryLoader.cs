using Exchange.Documents;
using Exchange.Vocabulary;

namespace Exchange.Node.Identity;

/// <summary>Reads <c>members.yaml</c> and the certificates and keys that it names (docs/members.md).</summary>
public static class MemberRegistryLoader
{
    /// <summary>The first line of <see cref="MemberRegistry.Content"/>.</summary>
    public const string ContentFormat = "exchange.members.v1";

    /// <summary>The registry; null when there are mistakes, which are then among the diagnostics, all of them, in reading order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="diagnostics">Where mistakes go.</param>
    /// <param name="sources">Remembers what was read; null when nobody will ask.</param>
    public static MemberRegistry? Load(string path, ICollection<Diagnostic> diagnostics, SourceFiles? sources = null)
    {
        sources ??= new SourceFiles();
        var mistakes = new List<Diagnostic>();
        var files = new ReferencedFiles(sources);
        var members = new Dictionary<MemberId, Member>();
        var document = Document.Read(path, mistakes, sources);
        if (document is not null)
        {
            var reader = new MemberReader(files);
            using var root = document.Root.Mapping();
            foreach (var item in root.Required("members").Items())
            {
                using var mapping = item.Mapping();
                reader.Read(mapping, members);
            }
        }

        foreach (var mistake in Diagnostic.InReadingOrder(mistakes))
        {
            diagnostics.Add(mistake);
        }

        return mistakes.Count > 0 || document is null
            ? null
            : new(CanonicalContent.Of(ContentFormat, files.Contents.Prepend((document.Name, document.Bytes))), members.Values);
    }
}
