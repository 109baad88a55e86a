using System.Collections.Immutable;

namespace Exchange.Documents;

/// <summary>The YAML files of one folder, or one file: what is understood together.</summary>
public static class DocumentFolder
{
    private const string Extension = ".yaml";

    /// <summary>
    /// Reads every <c>*.yaml</c> of the folder in the ordinal order of names, or the one file. Shorter than the folder when a file cannot
    /// be read; the reasons are among the diagnostics, those of different files in no particular order.
    /// </summary>
    public static ImmutableArray<Document> Read(string path, ICollection<Diagnostic> diagnostics) => Read(path, diagnostics, new SourceFiles());

    /// <summary>The same, and lets <paramref name="sources"/> remember what was read.</summary>
    public static ImmutableArray<Document> Read(string path, ICollection<Diagnostic> diagnostics, SourceFiles sources)
    {
        if (!Directory.Exists(path))
        {
            return Document.Read(path, diagnostics, sources) is { } single ? [single] : [];
        }

        var files = sources.List(path, "*").ToLookup(Path.GetExtension);
        foreach (var misnamed in files[".yml"])
        {
            // Passed over in silence, its rules would be missed only when somebody is refused.
            diagnostics.Add(new(misnamed, 0, 0, "files here end in '.yaml'", Path.GetFileNameWithoutExtension(misnamed) + Extension));
        }

        if (!files.Contains(Extension))
        {
            diagnostics.Add(new(path, 0, 0, $"the folder holds no '*{Extension}' file"));
        }

        return ReadAll([.. files[Extension]], diagnostics, sources);
    }

    /// <summary>On all cores: parsing is most of the work of loading, and files do not depend on each other.</summary>
    private static ImmutableArray<Document> ReadAll(string[] files, ICollection<Diagnostic> diagnostics, SourceFiles sources)
    {
        var shared = new SharedDiagnostics(diagnostics);
        var documents = new Document?[files.Length];
        Parallel.For(0, files.Length, index => documents[index] = Document.Read(files[index], shared, sources));
        return [.. documents.OfType<Document>()];
    }
}
