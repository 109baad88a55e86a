namespace Exchange.Node.Linkage;

/// <summary>
/// Links on their way from the transfers to the map: put by any thread without a lock and without waiting, taken by one thread at a time. Where
/// there is no room, nothing is put.
/// </summary>
/// <remarks>
/// The n-th link stands at n modulo the capacity. A slot's turn says whose it is: n, and the n-th link may be put; n + 1, and it may be taken; after
/// that n + capacity. Who moves the tail has the slot for itself, and the link is written before the turn: who sees the turn sees the link.
/// </remarks>
internal sealed class LinkQueue
{
    private readonly Slot[] _slots;
    private long _tail;
    private long _head;

    internal LinkQueue(int capacity)
    {
        _slots = new Slot[capacity];
        for (var at = 0; at < capacity; at++)
        {
            _slots[at].Turn = at;
        }
    }

    /// <summary>How many links were ever given a place: all whose putting has returned, and those that are being put.</summary>
    internal long End => Volatile.Read(ref _tail);

    /// <summary>Any thread's side: puts a link; false when there is no room.</summary>
    internal bool TryPut(in EntryLink link)
    {
        for (; ; )
        {
            var place = Volatile.Read(ref _tail);
            ref var slot = ref _slots[place % _slots.Length];
            var turn = Volatile.Read(ref slot.Turn);
            if (turn < place)
            {
                return false; // The link of a round ago is still in it.
            }

            // Another turn, or a moved tail: somebody else has put one meanwhile, so that all together always get on.
            if (turn == place && Interlocked.CompareExchange(ref _tail, place + 1, place) == place)
            {
                slot.Link = link;
                Volatile.Write(ref slot.Turn, place + 1);
                return true;
            }
        }
    }

    /// <summary>The map's side: takes links before an end, as many as there are and fit.</summary>
    internal int Take(long end, Span<EntryLink> destination)
    {
        var taken = 0;
        for (; taken < destination.Length && _head < end; taken++)
        {
            ref var slot = ref _slots[_head % _slots.Length];
            for (var wait = default(SpinWait); Volatile.Read(ref slot.Turn) != _head + 1;)
            {
                wait.SpinOnce(); // Its caller has the place and is about to fill it.
            }

            destination[taken] = slot.Link;
            Volatile.Write(ref slot.Turn, _head + _slots.Length);
            _head++;
        }

        return taken;
    }

    private struct Slot
    {
        internal long Turn;
        internal EntryLink Link;
    }
}
