using Exchange.Vocabulary;

namespace Exchange.Audit.Tiles;

/// <summary>
/// Leaf hashes on their way from the appender to the tiles, without a lock: one thread puts, one takes. What does not fit is dropped, for the
/// appender must not wait; whoever takes then finds the gap and reads the segments instead.
/// </summary>
/// <remarks>
/// The hash of entry i stands at i modulo the capacity. Only entries of [taken, taken + capacity) are put, so a slot that may still be read is never
/// written. The hashes are written before <c>_end</c>, and <c>_start</c> before it, too: who sees the end sees all that belongs to it.
/// </remarks>
internal sealed class LeafRing(int capacity, ulong first)
{
    private readonly Digest[] _slots = new Digest[capacity];
    private ulong _start = first;
    private ulong _end = first;
    private ulong _taken = first;

    /// <summary>Whether half of it waits to be taken: time to wake whoever takes.</summary>
    internal bool IsHalfFull => _end - Volatile.Read(ref _taken) >= (ulong)_slots.Length / 2;

    /// <summary>The appender's side: puts the hashes of entries from <paramref name="first"/> on, or none of them when they do not fit.</summary>
    internal bool TryPut(ulong first, ReadOnlySpan<Digest> hashes)
    {
        var taken = Volatile.Read(ref _taken);
        if (first + (ulong)hashes.Length > taken + (ulong)_slots.Length || (first != _end && taken < _end))
        {
            return false; // Full; or there is a gap, and what stands before it is not taken yet.
        }

        for (var i = 0; i < hashes.Length; i++)
        {
            _slots[(first + (ulong)i) % (ulong)_slots.Length] = hashes[i];
        }

        if (first != _end)
        {
            Volatile.Write(ref _start, first);
        }

        Volatile.Write(ref _end, first + (ulong)hashes.Length);
        return true;
    }

    /// <summary>The tiles' side: copies the hashes from <paramref name="next"/> on, as many as there are and fit; 0 when that entry is not here.</summary>
    internal int Peek(ulong next, Span<Digest> destination)
    {
        var end = Volatile.Read(ref _end);
        if (next < Volatile.Read(ref _start) || next >= end)
        {
            return 0;
        }

        var count = (int)Math.Min((ulong)destination.Length, end - next);
        for (var i = 0; i < count; i++)
        {
            destination[i] = _slots[(next + (ulong)i) % (ulong)_slots.Length];
        }

        return count;
    }

    /// <summary>The tiles' side: what is below is done with, from wherever it came.</summary>
    internal void Release(ulong below)
    {
        if (below > _taken)
        {
            Volatile.Write(ref _taken, below);
        }
    }
}
