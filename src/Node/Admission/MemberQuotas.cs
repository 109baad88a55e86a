using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Exchange.Node.Identity;
using Exchange.Vocabulary;

namespace Exchange.Node.Admission;

/// <summary>A token bucket for each member, as its registry entry says: one flooding member does not cost another its quota.</summary>
internal sealed class MemberQuotas : IDisposable
{
    private const int RefillsPerSecond = 10;
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

    /// <summary>Whole tokens about ten times a second; the period makes up for what rounding takes, so that the rate is the one that was named.</summary>
    internal static (int Tokens, TimeSpan Every) Refill(int requestsPerSecond)
    {
        var tokens = Math.Max(1, requestsPerSecond / RefillsPerSecond);
        return (tokens, TimeSpan.FromSeconds((double)tokens / requestsPerSecond));
    }

    private sealed record Bucket(Quota Quota, TokenBucketRateLimiter Limiter)
    {
        internal static Bucket For(Quota quota)
        {
            var (tokens, every) = Refill(quota.RequestsPerSecond);
            return new(quota, new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
            {
                TokenLimit = quota.Burst,
                TokensPerPeriod = tokens,
                ReplenishmentPeriod = every,
                QueueLimit = 0,
            }));
        }
    }
}
