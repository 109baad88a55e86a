namespace Exchange.Audit.Proofs.Verification;

/// <summary>
/// Has stretches checked on all cores while the caller reads on, and gives them back in the order of the log:
/// <code>
///   read ─▶ fill ─▶ check (any core) ─▶ join (in order, by the caller)
/// </code>
/// The number of stretches bounds the memory.
/// </summary>
/// <param name="rules">What each is checked against.</param>
/// <param name="join">Takes a checked stretch; false ends the verification.</param>
/// <param name="cores">How many cores to use.</param>
internal sealed class StretchQueue(StretchRules rules, Func<Stretch, bool> join, int cores) : IDisposable
{
    /// <summary>Each takes little more than a megabyte.</summary>
    private const int MostStretches = 34;

    private readonly Queue<Stretch> _underway = [];
    private readonly Stack<Stretch> _free = [];
    private readonly int _limit = Math.Min((2 * cores) + 2, MostStretches);
    private Stretch? _current;

    /// <summary>Whether everything so far joined.</summary>
    internal bool IsSound { get; private set; } = true;

    /// <summary>A stretch with room for another group; null once there is a problem.</summary>
    internal Stretch? Room()
    {
        if (_current is { IsFull: true })
        {
            Submit();
        }

        return IsSound ? _current ??= Free() : null;
    }

    /// <summary>Hands the stretch that is being filled over to the cores.</summary>
    internal void Submit()
    {
        if (_current is not { IsEmpty: false } full)
        {
            return;
        }

        _current = null;
        _underway.Enqueue(full);
        if (cores > 1)
        {
            ThreadPool.UnsafeQueueUserWorkItem(full, preferLocal: false);
        }
        else
        {
            full.Execute();
        }
    }

    /// <summary>Joins all that has been filled; false if there is a problem.</summary>
    internal bool Drain()
    {
        if (_underway.Count == 0 && _current is { IsEmpty: false } only)
        {
            // A small log is not worth another thread.
            _current = null;
            _underway.Enqueue(only);
            only.Execute();
        }

        Submit();
        while (_underway.Count > 0)
        {
            JoinOldest();
        }

        return IsSound;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_underway.TryDequeue(out var stretch))
        {
            stretch.Settle();
            stretch.Dispose();
        }

        _current?.Dispose();
        while (_free.TryPop(out var stretch))
        {
            stretch.Dispose();
        }
    }

    private Stretch Free()
    {
        if (_underway.Count >= _limit)
        {
            JoinOldest();
        }

        var stretch = _free.TryPop(out var used) ? used : new Stretch(rules);
        stretch.Clear();
        return stretch;
    }

    private void JoinOldest()
    {
        var oldest = _underway.Dequeue();
        oldest.Settle();
        _free.Push(oldest);
        oldest.ThrowFault();
        IsSound = IsSound && join(oldest);
    }
}
