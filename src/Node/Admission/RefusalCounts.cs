using System.Collections.Concurrent;
using Exchange.Vocabulary;

namespace Exchange.Node.Admission;

/// <summary>
/// What is too many to log one by one: requests beyond a quota, and callers whose sound certificate names no member. Each member's share,
/// and all strangers together, become one entry with a count, so that a flood of refusals is no flood of the log.
/// </summary>
internal sealed class RefusalCounts(TimeProvider clock)
{
    private readonly ConcurrentDictionary<MemberId, Tally> _members = new();
    private Tally? _strangers;

    internal void CountMember(MemberId member) =>
        _members.AddOrUpdate(member, static (_, now) => new Tally(1, now), static (_, tally, _) => tally with { Count = tally.Count + 1 }, clock.Now());

    internal void CountStranger()
    {
        var now = clock.Now();
        Tally? seen;
        do
        {
            seen = Volatile.Read(ref _strangers);
        }
        while (Interlocked.CompareExchange(ref _strangers, seen is null ? new Tally(1, now) : seen with { Count = seen.Count + 1 }, seen) != seen);
    }

    /// <summary>Takes what was counted since the last time; a member default stands for the strangers.</summary>
    internal IReadOnlyList<(MemberId Member, ulong Count, Instant Since)> Take()
    {
        var taken = new List<(MemberId, ulong, Instant)>();
        foreach (var member in _members.Keys)
        {
            if (_members.TryRemove(member, out var tally))
            {
                taken.Add((member, tally.Count, tally.Since));
            }
        }

        if (Interlocked.Exchange(ref _strangers, null) is { } strangers)
        {
            taken.Add((default, strangers.Count, strangers.Since));
        }

        return taken;
    }

    private sealed record Tally(ulong Count, Instant Since);
}
