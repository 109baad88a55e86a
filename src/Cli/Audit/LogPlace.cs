using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Reading;
using Exchange.Node;

namespace Exchange.Cli.Audit;

/// <summary>A log that a person names: by the node's data folder or by the log's own, of a node that runs or not, or of a copy.</summary>
internal sealed class LogPlace
{
    internal LogPlace(string path)
    {
        if (File.Exists(path))
        {
            throw new UsageException($"{path} is a file; name a node's data folder, or the log's folder in it.");
        }

        // A log's own folder stands in the data folder, beside what belongs to it.
        var isLog = Directory.Exists(path) && Directory.EnumerateFiles(path).Any(file => SegmentLayout.TryParseFileName(Path.GetFileName(file), out _));
        Data = isLog ? Path.GetDirectoryName(Path.GetFullPath(Path.TrimEndingDirectorySeparator(path))) ?? path : path;
        Reader = new LogReader(isLog || !Directory.Exists(NodeFiles.Log(path)) ? path : NodeFiles.Log(path));
    }

    /// <summary>How every command describes its argument.</summary>
    internal static string Description => "A node's data folder, or the log's folder in it; of a node that runs or not, or a copy.";

    /// <summary>The data folder.</summary>
    internal string Data { get; }

    internal LogReader Reader { get; }

    internal string Origin => Reader.ReadHeader().Origin;
}
