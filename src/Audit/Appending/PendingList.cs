namespace Exchange.Audit.Appending;

/// <summary>Some who wait, in order. For one thread.</summary>
internal struct PendingList
{
    private PendingAppend? _last;

    /// <summary>Who came first.</summary>
    internal PendingAppend? First { get; private set; }

    /// <summary>How many they are.</summary>
    internal int Count { get; private set; }

    /// <summary>Turns a chain that leads from the newest to the oldest round.</summary>
    internal static PendingList Of(PendingAppend? newest)
    {
        var list = new PendingList { _last = newest };
        while (newest is { } pending)
        {
            newest = pending.Next;
            pending.Next = list.First;
            list.First = pending;
            list.Count++;
        }

        return list;
    }

    internal void Add(PendingAppend pending)
    {
        pending.Next = null;
        if (_last is null)
        {
            First = pending;
        }
        else
        {
            _last.Next = pending;
        }

        _last = pending;
        Count++;
    }
}
