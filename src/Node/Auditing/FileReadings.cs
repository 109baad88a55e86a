using Exchange.Audit.Proofs.Tiles;
using Exchange.Format.V1;
using Exchange.Node.Recording;

namespace Exchange.Node.Auditing;

/// <summary>
/// Counts which entries were read through the operations listener, where nobody has a name. A reader of the whole log takes thousands of
/// files, so that they become one entry now and then instead of one each.
/// </summary>
internal sealed class FileReadings
{
    private readonly Lock _gate = new();
    private ulong _from = ulong.MaxValue;
    private ulong _to;
    private ulong _count;

    internal void Count(TileAddress bundle)
    {
        var from = bundle.Index * TileAddress.FullWidth;
        lock (_gate)
        {
            _from = Math.Min(_from, from);
            _to = Math.Max(_to, from + (ulong)bundle.Width);
            _count += (ulong)bundle.Width;
        }
    }

    /// <summary>Takes what was read since the last time into an entry; false when that is nothing.</summary>
    internal bool TryTake(EntryFacts facts)
    {
        lock (_gate)
        {
            if (_count == 0)
            {
                return false;
            }

            (facts.Kind, facts.ReadAs) = (EntryKind.LogRead, LogReadings.Files);
            (facts.ReadFrom, facts.ReadTo, facts.Count) = (_from, _to, _count);
            (_from, _to, _count) = (ulong.MaxValue, 0, 0);
            return true;
        }
    }

    /// <summary>Counts once more what could not be logged.</summary>
    internal void PutBack(EntryFacts facts)
    {
        lock (_gate)
        {
            (_from, _to, _count) = (Math.Min(_from, facts.ReadFrom), Math.Max(_to, facts.ReadTo), _count + facts.Count);
        }
    }
}
