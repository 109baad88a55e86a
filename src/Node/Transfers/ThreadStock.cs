using System.Diagnostics.CodeAnalysis;

namespace Exchange.Node.Transfers;

/// <summary>What a thread has done with and takes again, the last first: what it touched last is still in its core's cache.</summary>
internal static class ThreadStock<T>
    where T : class
{
    [ThreadStatic]
    private static Stack<T>? _kept;

    /// <summary>What this thread kept last, if anything.</summary>
    internal static bool TryTake([NotNullWhen(true)] out T? taken)
    {
        taken = null;
        return _kept is { } kept && kept.TryPop(out taken);
    }

    /// <summary>Keeps it for this thread; false when that has as many already.</summary>
    internal static bool TryKeep(T done, int most)
    {
        var kept = _kept ??= new();
        if (kept.Count >= most)
        {
            return false;
        }

        kept.Push(done);
        return true;
    }
}
