using Exchange.Audit.Appending;
using Exchange.Audit.Checkpoints;
using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Proofs.Tiles;
using Exchange.Audit.Recovery;
using Exchange.Audit.Storage;
using Exchange.Audit.Tiles;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Audit.Retention;

/// <summary>
/// Removes what has been kept long enough, in this order, so that at no moment anything is gone that nothing explains:
/// <code>
///   1 the entry that says so is durable ─▶ 2 the hashes of what goes are durable ─▶ 3 a checkpoint of all that is ─▶ 4 segments, oldest first
/// </code>
/// </summary>
internal sealed class Removal(ILogStorage segments, ulong firstIndex, TileStore? tiles, CheckpointBook? checkpoints) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private ulong _firstIndex = firstIndex;

    /// <summary>The first entry that is kept.</summary>
    internal ulong FirstIndex => Volatile.Read(ref _firstIndex);

    internal async Task<ErrorCode> BeforeAsync(AuditAppender appender, ulong minimumIndex, ReadOnlyMemory<byte> body)
    {
        var entry = AuditEntry.Parser.ParseFrom(body.Span);
        if (minimumIndex % TileAddress.FullWidth != 0 || minimumIndex > appender.Durable.Size || entry.Kind != EntryKind.EntriesRemoved || entry.MinimumIndex != minimumIndex)
        {
            throw new ArgumentException(
                $"The minimum index is {minimumIndex}; it must be a multiple of {TileAddress.FullWidth}, at most {appender.Durable.Size}, and that of the entry, of kind {nameof(EntryKind.EntriesRemoved)}.",
                nameof(minimumIndex));
        }

        if (tiles is null)
        {
            throw new InvalidOperationException("A log that keeps no hash tiles keeps its entries: without the hashes nothing could be proven of what is left.");
        }

        await _one.WaitAsync();
        try
        {
            var (removable, remaining) = Removable(minimumIndex);
            if (removable.Count == 0)
            {
                return ErrorCode.None;
            }

            // Critical, since it makes room.
            var appended = await appender.AppendAsync(body, Digest.Zero, gate: null, isCritical: true);
            if (!appended.IsDurable)
            {
                return appended.Outcome;
            }

            tiles.SyncThrough(remaining);
            checkpoints?.SignIfPossible();
            Remove(removable);
            return ErrorCode.None;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    /// <summary>The segments whose entries are all below, oldest first, with the index at which each ends; and the first entry that will be left.</summary>
    private (List<(string Name, ulong End)> Removable, ulong Remaining) Removable(ulong minimumIndex)
    {
        var names = LogRecovery.SegmentNames(segments);
        var removable = new List<(string, ulong)>();
        for (var i = 0; i + 1 < names.Count && SegmentLayout.TryParseFileName(names[i + 1], out var end) && end <= minimumIndex; i++)
        {
            removable.Add((names[i], end));
        }

        return (removable, removable.Count == 0 ? FirstIndex : removable[^1].Item2);
    }

    /// <summary>One after another, each for good before the next: at no moment may a later one be gone while an earlier one is there.</summary>
    private void Remove(List<(string Name, ulong End)> removable)
    {
        foreach (var (name, end) in removable)
        {
            Volatile.Write(ref _firstIndex, end);
            segments.Delete(name);
            segments.SyncDirectory();
        }
    }
}
