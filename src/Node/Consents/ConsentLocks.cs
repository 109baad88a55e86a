using Exchange.Vocabulary;

namespace Exchange.Node.Consents;

/// <summary>
/// Events about one subject happen one after another, events about others at the same time. A subject is known by its names, so each
/// name's stripe is held; stripes are taken in ascending order, so that two events cannot wait for each other.
/// </summary>
internal sealed class ConsentLocks : IDisposable
{
    private const int StripeCount = 256;
    private readonly SemaphoreSlim[] _stripes = [.. Enumerable.Range(0, StripeCount).Select(_ => new SemaphoreSlim(1, 1))];

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_stripes, stripe => stripe.Dispose());

    internal async Task<Held> HoldAsync(IEnumerable<Digest> names)
    {
        // The blind indexes are pseudo-random: their hash codes spread them evenly.
        var stripes = names.Select(name => _stripes[(uint)name.GetHashCode() % StripeCount]).Distinct().OrderBy(stripe => Array.IndexOf(_stripes, stripe)).ToArray();
        foreach (var stripe in stripes)
        {
            await stripe.WaitAsync().ConfigureAwait(false);
        }

        return new Held(stripes);
    }

    internal readonly struct Held(SemaphoreSlim[] stripes) : IDisposable
    {
        public void Dispose() => Array.ForEach(stripes, stripe => stripe.Release());
    }
}
