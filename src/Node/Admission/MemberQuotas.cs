using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Exchange.Node.Identity;
using Exchange.Vocabulary;

namespace Exchange.Node.Admission;

/// <summary>A token bucket for each member, as its registry entry says: one flooding member does not cost another its quota.</summary>
internal sealed class MemberQuotas : IDisposable
{
    /// <summary>How often a second a bucket may be refilled; each divides a second into whole ticks.</summary>
    private static readonly int[] RefillsPerSecond = [20, 10, 8, 5, 4, 2, 1];

    private readonly ConcurrentDictionary<MemberId, Bucket> _buckets = new();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var bucket in _buckets.Values)
        {
            bucket.Limiter.Dispose();
        }
    }

    /// <summary>Takes one request of the member's quota; otherwise says after how long one may be free.</summary>
    internal bool TryTake(Member member, out TimeSpan retryAfter)
    {
        var bucket = _buckets.GetOrAdd(member.Id, static (_, quota) => Bucket.For(quota), member.Quota);
        if (bucket.Quota != member.Quota)
        {
            // A reloaded registry: the bucket starts full, once.
            bucket = _buckets[member.Id] = Bucket.For(member.Quota);
        }

        using var lease = bucket.Limiter.AttemptAcquire();
        retryAfter = lease.IsAcquired ? TimeSpan.Zero : bucket.Limiter.ReplenishmentPeriod;
        return lease.IsAcquired;
    }

    private sealed record Bucket(Quota Quota, TokenBucketRateLimiter Limiter)
    {
        /// <summary>Exactly the quota: as many refills a second as divide it.</summary>
        internal static Bucket For(Quota quota)
        {
            var refills = RefillsPerSecond.First(refills => quota.RequestsPerSecond % refills == 0);
            return new(quota, new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
            {
                TokenLimit = quota.Burst,
                TokensPerPeriod = quota.RequestsPerSecond / refills,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1) / refills,
                QueueLimit = 0,
            }));
        }
    }
}
