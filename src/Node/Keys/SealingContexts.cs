using System.Collections.Concurrent;
using Exchange.Envelopes;
using Exchange.Node.Identity;
using Exchange.Node.Telemetry;
using Exchange.Vocabulary;

namespace Exchange.Node.Keys;

/// <summary>
/// One key encapsulation serves a recipient for a minute, since it costs hundreds of microseconds; each envelope still has its own key and nonce.
/// At the end of the minute one caller makes the next while the others go on under the old one for a few seconds at most; only where there is
/// nothing to go on under do they wait. Contexts live in memory only: after a restart there are new ones, so no nonce can come twice.
/// </summary>
internal sealed class SealingContexts(string origin, TimeProvider clock, NodeMetrics metrics) : IDisposable
{
    /// <summary>
    /// Above what a node seals in a minute, 279,000 a second, so that time decides and not load. Keys come from 16 random bytes: that two of so
    /// many agree has a chance of 2^-81 (docs/decisions/2026-11-22-one-agreement-a-minute.md).
    /// </summary>
    private const int MaximumEnvelopes = 1 << 24;

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    /// <summary>How long after its life a context may serve while the next is being made.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<MemberId, Place> _places = new();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var place in _places.Values)
        {
            place.Lease?.Context.Dispose();
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

        var place = _places.GetOrAdd(recipient.Id, static _ => new Place());
        return place.Lease is { } lease && lease.Serves(key.KeyId, now) ? lease.Context : Renewed(place, recipient.Id, key, now);
    }

    private SealingContext Renewed(Place place, MemberId recipient, EncryptionKey key, Instant now)
    {
        var former = place.Lease;
        if (former is null || !former.ServesStill(key.KeyId, now))
        {
            place.Renewal.Enter();
        }
        else if (!place.Renewal.TryEnter())
        {
            return former.Context;
        }

        try
        {
            // Whoever held the place before may have done it.
            if (place.Lease is { } present && present.Serves(key.KeyId, now))
            {
                return present.Context;
            }

            // A context that is replaced may still be in use, so it is left to the collector rather than zeroed under a sealer's hands.
            var context = SealingContext.Create(RecipientKey.FromParameters(key.PublicKey), origin, recipient);
            metrics.AgreedOnSealing();
            place.Lease = new Lease(context, now + Life);
            return context;
        }
        finally
        {
            place.Renewal.Exit();
        }
    }

    /// <summary>Where a recipient's context stands.</summary>
    private sealed class Place
    {
        private volatile Lease? _lease;

        internal Lock Renewal { get; } = new();

        internal Lease? Lease
        {
            get => _lease;
            set => _lease = value;
        }
    }

    private sealed class Lease(SealingContext context, Instant end)
    {
        private int _envelopes;

        internal SealingContext Context { get; } = context;

        internal bool Serves(Digest keyId, Instant now) =>
            Context.RecipientKeyId == keyId && now < end && Interlocked.Increment(ref _envelopes) <= MaximumEnvelopes;

        /// <summary>Though its life is over, as long as another is being made; what it seals meanwhile is bounded by that time.</summary>
        internal bool ServesStill(Digest keyId, Instant now) => Context.RecipientKeyId == keyId && now < end + Grace;
    }
}
