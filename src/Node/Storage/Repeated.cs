namespace Exchange.Node.Storage;

/// <summary>
/// What many rows say alike, understood once and kept once: a million consents name a few members, purposes and lists of paths. Not for several threads.
/// </summary>
internal sealed class Repeated<T>(Func<string, T> understand)
{
    private readonly Dictionary<string, T> _known = new(StringComparer.Ordinal);

    /// <summary>What a text says.</summary>
    internal T Of(string text)
    {
        if (!_known.TryGetValue(text, out var known))
        {
            _known.Add(text, known = understand(text));
        }

        return known;
    }
}
