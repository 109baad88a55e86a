using Exchange.Audit.Proofs.Segments;

namespace Exchange.Audit.Reading;

/// <summary>The segments in a folder, of a node that runs or not, or of a copy. Nothing is locked and nothing written.</summary>
public sealed class SegmentFolder : ISegmentFiles
{
    /// <summary>Names the folder.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    /// <exception cref="FileNotFoundException">No log is in it: the emptiest log has a segment.</exception>
    public SegmentFolder(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new DirectoryNotFoundException($"There is no folder {path}.");
        }

        Location = path;
        if (!List().Any(name => SegmentLayout.TryParseFileName(name, out _)))
        {
            throw new FileNotFoundException($"There is no log in {path}: it holds no segment file, such as {SegmentLayout.FileName(0)}. A node's log is the folder 'log' in its data folder.");
        }
    }

    /// <inheritdoc/>
    public string Location { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> List() => [.. Directory.EnumerateFiles(Location).Select(path => Path.GetFileName(path))];

    /// <inheritdoc/>
    public ISegmentFile Open(string name) => new OpenFile(
        name,
        File.OpenHandle(Path.Combine(Location, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
}
