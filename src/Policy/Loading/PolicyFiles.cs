using Exchange.Documents;

namespace Exchange.Policy.Loading;

/// <summary>A file of the policy.</summary>
/// <param name="Name">Its path from the policy's folder, with '/': what the snapshot's content calls it.</param>
/// <param name="Document">What it holds.</param>
/// <param name="Root">The document, to be read key by key.</param>
internal sealed record PolicyFile(string Name, Document Document, DocumentMapping Root);

/// <summary>
/// Collects the policy's files: those of its folder, or the one file, and what they include, each once. Files that include each other are
/// no mistake, since a file is read and not inserted.
/// </summary>
internal sealed class PolicyFiles
{
    private readonly string _folder;
    private readonly ICollection<Diagnostic> _mistakes;
    private readonly SourceFiles _sources;
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly List<PolicyFile> _files = [];

    private PolicyFiles(string path, ICollection<Diagnostic> mistakes, SourceFiles sources)
    {
        _folder = Directory.Exists(path) ? path : Path.GetDirectoryName(path) ?? string.Empty;
        (_mistakes, _sources) = (mistakes, sources);
    }

    /// <summary>The files; fewer than there are when some cannot be read, with the reasons among the mistakes.</summary>
    internal static List<PolicyFile> Read(string path, ICollection<Diagnostic> mistakes, SourceFiles sources)
    {
        var files = new PolicyFiles(path, mistakes, sources);
        var roots = DocumentFolder.Read(path, mistakes, sources);
        foreach (var root in roots)
        {
            files._seen.Add(Path.GetFullPath(root.File));
        }

        foreach (var root in roots)
        {
            files.Add(root);
        }

        return files._files;
    }

    private void Add(Document document)
    {
        var root = document.Root.Mapping();
        _files.Add(new(NameOf(document.File), document, root));
        foreach (var value in root.Optional("include").Items())
        {
            if (value.FilePath() is { } file)
            {
                Include(value, file);
            }
        }
    }

    private void Include(DocumentValue value, string file)
    {
        if (!_seen.Add(Path.GetFullPath(file)))
        {
            return; // Read, being read, or refused already.
        }

        if (_sources.Read(file, Document.MaximumSize, out var mistake) is not { } bytes)
        {
            value.Refuse($"cannot include '{value.Text()}': {mistake}", Nearest(file));
        }
        else if (Document.Parse(Path.Combine(_folder, NameOf(file)), bytes, _mistakes) is { } document)
        {
            Add(document);
        }
    }

    /// <summary>From the policy's folder, so that the content does not depend on where the folder stands.</summary>
    private string NameOf(string file) => Path.GetRelativePath(_folder.Length == 0 ? "." : _folder, file).Replace(Path.DirectorySeparatorChar, '/');

    private static string? Nearest(string file) => Path.GetDirectoryName(file) is { } folder && Directory.Exists(folder)
        ? NearestName.Of(Path.GetFileName(file), Directory.GetFiles(folder, "*.yaml").Select(found => Path.GetFileName(found)!))
        : null;
}
