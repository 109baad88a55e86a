using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Recovery;
using Exchange.Audit.Storage;
using Exchange.Vocabulary;

namespace Exchange.Audit.Tiles;

/// <summary>Leaf hashes out of the segments, for tiles that are behind. It keeps its place, so that reading on costs no second pass.</summary>
internal sealed class SegmentLeaves(ILogStorage storage) : IDisposable
{
    private ILogFile? _file;
    private SegmentReader? _reader;

    /// <summary>Hashes the entries from <paramref name="next"/> on, in whole groups as they fit.</summary>
    /// <param name="next">The first entry wanted.</param>
    /// <param name="durable">More than <paramref name="next"/>; from there on another thread may be writing.</param>
    /// <param name="destination">Room for the largest group at least.</param>
    /// <returns>How many; more than none.</returns>
    /// <exception cref="IOException">The segments do not have the entry, or are damaged before it.</exception>
    internal int Read(ulong next, ulong durable, Span<Digest> destination)
    {
        var reader = _reader is not null && _reader.NextIndex <= next ? _reader : Open(NameHolding(next));
        while (true)
        {
            var count = 0;
            while (reader.NextIndex < durable && destination.Length - count >= SegmentLayout.MaximumGroupEntries && reader.MoveNext())
            {
                var index = reader.Current.Header.FirstIndex;
                foreach (var entry in reader.Current)
                {
                    if (index++ >= next)
                    {
                        destination[count++] = TreeHash.Leaf(entry);
                    }
                }
            }

            if (count > 0)
            {
                return count;
            }

            // What is durable and not here stands in the segment after this one.
            if (reader.End != SegmentEnd.Clean || reader.NextIndex == reader.Header.FirstIndex)
            {
                throw new IOException($"{_file!.Name} ends before entry {next}{(reader.Problem.Length > 0 ? $": {reader.Problem}" : string.Empty)}.");
            }

            reader = Open(SegmentLayout.FileName(reader.NextIndex));
        }
    }

    public void Dispose() => _file?.Dispose();

    private string NameHolding(ulong next) =>
        LogRecovery.SegmentNames(storage).LastOrDefault(name => SegmentLayout.TryParseFileName(name, out var first) && first <= next)
        ?? throw new IOException($"No segment in {storage.Location} holds entry {next}.");

    private SegmentReader Open(string name)
    {
        _file?.Dispose();
        var before = _reader;
        (_file, _reader) = (null, null);
        _file = storage.Open(name);
        return _reader = SegmentReader.Open(_file, out var problem, before) ?? throw new IOException($"{name}: {problem}.");
    }
}
