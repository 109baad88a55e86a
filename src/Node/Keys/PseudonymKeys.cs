using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Exchange.Policy.Minimisation;
using Exchange.Vocabulary;

namespace Exchange.Node.Keys;

/// <summary>
/// The key of each consumer's pseudonyms, from the master key and the consumer's id: so pseudonyms outlive a restart and a change of
/// certificate, and two consumers cannot join what they hold. Derived once a consumer; the registry bounds how many there are.
/// </summary>
internal sealed class PseudonymKeys(MasterKey master) : IDisposable
{
    private readonly ConcurrentDictionary<MemberId, PseudonymKey> _keys = new();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var key in _keys.Values)
        {
            key.Dispose();
        }
    }

    /// <summary>The consumer's key where a released leaf needs it; null where none does.</summary>
    internal PseudonymKey? For(ReleasePlan plan, in FieldSet released, MemberId consumer) =>
        !released.Overlaps(plan.Pseudonymised) ? null
        : _keys.TryGetValue(consumer, out var key) ? key
        : _keys.GetOrAdd(consumer, Derive(consumer));

    private KeptPseudonymKey Derive(MemberId consumer)
    {
        var derived = master.Derive([.. "exchange.pseudonym.v1\0"u8, .. Encoding.UTF8.GetBytes(consumer.Value)]);
        try
        {
            return new KeptPseudonymKey(derived);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
        }
    }
}
