using Exchange.Audit.Storage;

namespace Exchange.Audit;

/// <summary>Where a log keeps its files: the segments, and beside them what is derived from them and what it has signed.</summary>
/// <param name="Segments">The log itself.</param>
/// <param name="Tiles">The tree's hashes, which can be thrown away unless entries were removed; null to go without.</param>
/// <param name="Checkpoints">The checkpoints that were signed; null to go without.</param>
public sealed record AuditLogFiles(ILogStorage Segments, ILogStorage? Tiles = null, ILogStorage? Checkpoints = null)
{
    private const string TilesFolder = "tiles";
    private const string CheckpointsFolder = "checkpoints";

    /// <summary>The folders <c>tiles</c> and <c>checkpoints</c> of a data directory beside that of the segments, all locked for this process alone.</summary>
    /// <param name="segments">The folder of the segments.</param>
    /// <param name="data">The data directory.</param>
    /// <exception cref="LogInUseException">Another process has one of them open.</exception>
    public static AuditLogFiles In(string segments, string data)
    {
        var opened = new List<ILogStorage>();
        try
        {
            foreach (var folder in (ReadOnlySpan<string>)[segments, Path.Combine(data, TilesFolder), Path.Combine(data, CheckpointsFolder)])
            {
                opened.Add(new FileLogStorage(folder));
            }

            return new(opened[0], opened[1], opened[2]);
        }
        catch
        {
            opened.ForEach(storage => storage.Dispose());
            throw;
        }
    }

    internal void Dispose()
    {
        Checkpoints?.Dispose();
        Tiles?.Dispose();
        Segments.Dispose();
    }
}
