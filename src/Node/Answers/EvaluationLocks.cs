using Exchange.Vocabulary;

namespace Exchange.Node.Answers;

/// <summary>Evaluations under one budget happen one after another, under others at the same time. Budgets share a bounded number of locks.</summary>
internal sealed class EvaluationLocks : IDisposable
{
    private const int StripeCount = 256;
    private readonly SemaphoreSlim[] _stripes = [.. Enumerable.Range(0, StripeCount).Select(_ => new SemaphoreSlim(1, 1))];

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_stripes, stripe => stripe.Dispose());

    /// <summary>Waits for its turn.</summary>
    /// <exception cref="OperationCanceledException">The consumer went away.</exception>
    internal async ValueTask<Held> HoldAsync(Digest budget, CancellationToken cancellationToken)
    {
        // Names of budgets are pseudo-random: their hash codes spread them evenly.
        var stripe = _stripes[(uint)budget.GetHashCode() % StripeCount];
        await stripe.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Held(stripe);
    }

    internal readonly struct Held(SemaphoreSlim stripe) : IDisposable
    {
        public void Dispose() => stripe.Release();
    }
}
