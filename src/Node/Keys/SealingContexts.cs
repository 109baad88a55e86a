using System.Collections.Concurrent;
using Exchange.Envelopes;
using Exchange.Node.Identity;
using Exchange.Vocabulary;

namespace Exchange.Node.Keys;

/// <summary>
/// One key encapsulation serves a recipient for a minute or 65,536 envelopes, since it costs hundreds of microseconds; each envelope still
/// has its own key and nonce. Contexts live in memory only: after a restart there are new ones, so no nonce can come twice.
/// </summary>
internal sealed class SealingContexts(string origin, TimeProvider clock) : IDisposable
{
    private const int MaximumEnvelopes = 1 << 16;
    private static readonly TimeSpan MaximumAge = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<MemberId, Lease> _leases = new();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var lease in _leases.Values)
        {
            lease.Context.Dispose();
        }
    }

    /// <summary>A context to the recipient's key that is valid now; null when there is none.</summary>
    internal SealingContext? For(Member recipient)
    {
        var now = clock.Now();
        if (recipient.EncryptionKeyAt(now) is not { } key)
        {
            return null;
        }

        if (_leases.TryGetValue(recipient.Id, out var lease) && lease.Serves(key.KeyId, now))
        {
            return lease.Context;
        }

        // Two callers may both renew; the later one's context stays, and the other's is as good while its envelope is sealed.
        // A context that is replaced may still be in use, so it is left to the collector rather than zeroed under a sealer's hands.
        lease = new Lease(SealingContext.Create(RecipientKey.FromParameters(key.PublicKey), origin, recipient.Id), now + MaximumAge);
        _leases[recipient.Id] = lease;
        return lease.Context;
    }

    private sealed class Lease(SealingContext context, Instant end)
    {
        private int _envelopes;

        internal SealingContext Context { get; } = context;

        internal bool Serves(Digest keyId, Instant now) =>
            Context.RecipientKeyId == keyId && now < end && Interlocked.Increment(ref _envelopes) <= MaximumEnvelopes;
    }
}
