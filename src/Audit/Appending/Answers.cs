namespace Exchange.Audit.Appending;

/// <summary>
/// Answers that are decided, on their way to those who wait: one piece of work on the pool for all of them, not one for each. Whoever is answered
/// goes on within it, so before each answer it is made sure that another thread can take up the rest: nobody is held up by what the one before
/// does next, however long that takes.
/// </summary>
/// <remarks>
/// Links are claimed from the front of a list that only gets shorter, and never come back to it, so the exchange needs no version: if the link is
/// still the front, then its next one is still that of the list.
/// </remarks>
internal sealed class Answers : IThreadPoolWorkItem
{
    private PendingAppend? _rest;
    private int _isOffered;

    private Answers(PendingAppend first) => (_rest, _isOffered) = (first, 1);

    /// <summary>Hands over a list of decided appends; their links are not the caller's any more.</summary>
    internal static void HandOver(in PendingList decided)
    {
        if (decided.First is { } first)
        {
            ThreadPool.UnsafeQueueUserWorkItem(new Answers(first), preferLocal: false);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        Volatile.Write(ref _isOffered, 0);
        while (Claim() is { } pending)
        {
            if (Volatile.Read(ref _rest) is not null && Interlocked.Exchange(ref _isOffered, 1) == 0)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
            }

            pending.Answer();
        }
    }

    private PendingAppend? Claim()
    {
        var first = Volatile.Read(ref _rest);
        while (first is not null && Interlocked.CompareExchange(ref _rest, first.Next, first) is var found && found != first)
        {
            first = found;
        }

        return first;
    }
}
