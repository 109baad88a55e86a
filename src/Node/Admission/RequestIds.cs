using System.Collections.Concurrent;
using Exchange.Audit;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Node.Admission;

/// <summary>
/// The request ids that were used and have not expired. Entries carry id and expiry, so after a restart the log's tail fills this again
/// and a replay is found across it (I3).
/// </summary>
internal sealed class RequestIds(TimeProvider clock)
{
    private const int ShardBits = 6;

    private readonly Shard[] _shards = [.. Enumerable.Range(0, 1 << ShardBits).Select(_ => new Shard())];
    private readonly ConcurrentDictionary<MemberId, int> _numbers = new();
    private int _lastNumber;

    /// <summary>Takes an id for a member; false when it was taken before and has not expired.</summary>
    internal bool TryTake(MemberId member, RequestId id, Instant expire) =>
        TryTake(_numbers.TryGetValue(member, out var number) ? number : _numbers.GetOrAdd(member, _ => Interlocked.Increment(ref _lastNumber)), id, expire);

    private bool TryTake(int member, RequestId id, Instant expire)
    {
        // The high bits choose the shard and the low ones the place in it.
        var hash = TakenIds.HashOf(member, id);
        var shard = _shards[(uint)hash >> (32 - ShardBits)];
        lock (shard.Gate)
        {
            return shard.Ids.TryTake(member, id, hash, Second(expire) + 1, Second(clock.Now()));
        }
    }

    /// <summary>At start: the log's tail, as far back as a request that has not expired can stand.</summary>
    internal void Restore(AuditLog log)
    {
        var now = clock.Now();
        foreach (var stored in log.ReadBackwards())
        {
            var entry = AuditEntry.Parser.ParseFrom(stored.Bytes.Span);
            if (new Instant(entry.Time) < now - RequestTicket.MaximumLife - RequestTicket.ClockTolerance)
            {
                return;
            }

            // A consent manager's acts bear its name as actor, a consumer's as consumer.
            var caller = entry.Actor.Length > 0 ? entry.Actor : entry.Consumer;
            if (RequestId.TryRead(entry.RequestId.Span, out var id) && MemberId.TryParse(caller, out var member) && entry.RequestExpireTime > now.Microseconds)
            {
                TryTake(member, id, new Instant(entry.RequestExpireTime));
            }
        }
    }

    private static uint Second(Instant time) => (uint)(time.Microseconds / 1_000_000);

    /// <summary>A part of the ids with a gate of its own, so that callers seldom meet.</summary>
    private sealed class Shard
    {
        internal Lock Gate { get; } = new();

        internal TakenIds Ids { get; } = new();
    }
}
