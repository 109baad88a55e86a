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
    private const int ShardCount = 64;
    private readonly Shard[] _shards = [.. Enumerable.Range(0, ShardCount).Select(_ => new Shard())];

    /// <summary>Takes an id for a member; false when it was taken before and has not expired.</summary>
    internal bool TryTake(MemberId member, RequestId id, Instant expire)
    {
        // The ids are random: their low bits spread them evenly.
        var shard = _shards[(int)(id.Value & (ShardCount - 1))];
        return shard.TryTake(new Key(member, id), expire, clock.Now());
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

    private readonly record struct Key(MemberId Member, RequestId Id);

    private sealed class Shard
    {
        private readonly Lock _lock = new();
        private readonly HashSet<Key> _taken = [];
        private readonly PriorityQueue<Key, long> _byExpiry = new();

        internal bool TryTake(Key key, Instant expire, Instant now)
        {
            lock (_lock)
            {
                while (_byExpiry.TryPeek(out var oldest, out var expiry) && expiry < now.Microseconds)
                {
                    _byExpiry.Dequeue();
                    _taken.Remove(oldest);
                }

                if (!_taken.Add(key))
                {
                    return false;
                }

                _byExpiry.Enqueue(key, expire.Microseconds);
                return true;
            }
        }
    }
}
