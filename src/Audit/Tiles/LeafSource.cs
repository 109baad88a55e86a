using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Reading;
using Exchange.Vocabulary;

namespace Exchange.Audit.Tiles;

/// <summary>
/// Where the leaf hashes of the tiles come from, in this order:
/// <code>
///   level-0 itself ─▶ what an earlier run has written behind its last sync, until it is shown to fit the log
///   the ring       ─▶ what the appender has just made durable
///   the segments   ─▶ all else
/// </code>
/// </summary>
internal sealed class LeafSource(HashLevels levels, LeafRing ring, LogReader segments) : IDisposable
{
    private EntryCursor? _cursor;
    private ulong _cursorAt;

    /// <inheritdoc/>
    public void Dispose() => _cursor?.Dispose();

    /// <summary>Reads hashes from a leaf on, one at least, and returns how many.</summary>
    /// <param name="next">The leaf.</param>
    /// <param name="present">Leaves that level-0 is known to have.</param>
    /// <param name="bound">Where to stop, if the segments are read.</param>
    /// <param name="destination">Takes the hashes.</param>
    /// <exception cref="IOException">They cannot be read.</exception>
    internal int Read(ulong next, ulong present, ulong bound, Span<Digest> destination)
    {
        if (next < present)
        {
            return ReadPresent(next, present, destination);
        }

        var count = ring.Peek(next, destination);
        return count > 0 ? count : ReadSegments(next, bound, destination);
    }

    private int ReadPresent(ulong next, ulong present, Span<Digest> destination)
    {
        var count = (int)Math.Min((ulong)destination.Length, present - next);
        var bytes = new byte[count * Digest.Size];
        levels.ReadAt(0, next, bytes);
        for (var i = 0; i < count; i++)
        {
            destination[i] = new Digest(bytes.AsSpan(i * Digest.Size, Digest.Size));
        }

        return count;
    }

    /// <summary>Hashes entries. The cursor keeps its place, so that reading on costs no search.</summary>
    private int ReadSegments(ulong next, ulong bound, Span<Digest> destination)
    {
        if (_cursor is null || _cursorAt != next)
        {
            _cursor?.Dispose();
            _cursor = segments.Entries(next, bound);
        }

        _cursorAt = ulong.MaxValue; // A failure in the middle leaves it nowhere.
        var count = 0;
        while (count < destination.Length && _cursor.MoveNext())
        {
            destination[count++] = TreeHash.Leaf(_cursor.Current);
        }

        if (count < destination.Length)
        {
            _cursor.Dispose();
            _cursor = null;
        }

        _cursorAt = next + (ulong)count;
        return count > 0 ? count : throw new IOException($"The log in {segments.Location} does not hold entry {next}.");
    }
}
