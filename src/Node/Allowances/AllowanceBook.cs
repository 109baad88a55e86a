using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Exchange.Node.Telemetry;
using Exchange.Policy.Evaluation.Assertions;
using Exchange.Vocabulary;
using Microsoft.Data.Sqlite;

namespace Exchange.Node.Allowances;

/// <summary>
/// How much of its allowances each subject has left under each rule, in memory, where it is decided: so of many who ask at once exactly as many
/// are let through as there are units. What it decides is made durable by whoever took the units, before anything is released.
/// </summary>
internal sealed class AllowanceBook(IAllowanceStore store, TimeProvider clock, ILogger<AllowanceBook> logger)
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<Digest, Count> _counts = new();
    private long _nextSweep;

    internal int Size => _counts.Count;

    /// <summary>Puts in what is stored; at start, before anybody asks.</summary>
    internal void Restore(IEnumerable<StoredAllowance> stored)
    {
        foreach (var (key, used, answers) in stored)
        {
            var count = new Count(key.End) { Used = used };
            foreach (var answer in answers)
            {
                count.Answers[answer.Assertion] = answer.Verdict;
            }

            _counts[key.Name] = count;
        }
    }

    /// <summary>Takes units, all or none.</summary>
    internal bool TryTake(in AllowanceKey key, int units, int limit)
    {
        SweepIfDue();
        var count = CountOf(key);
        lock (count)
        {
            if (count.Used + units > limit)
            {
                return false;
            }

            count.Used += units;
            return true;
        }
    }

    /// <summary>Gives units back that were taken and not spent.</summary>
    internal void GiveBack(in AllowanceKey key, int units)
    {
        var count = CountOf(key);
        lock (count)
        {
            count.Used -= units;
        }
    }

    /// <summary>The answer that an assertion got in this period.</summary>
    internal bool TryFindAnswer(in AllowanceKey key, in Digest assertion, [NotNullWhen(true)] out AssertionVerdict? verdict)
    {
        verdict = null;
        if (!_counts.TryGetValue(key.Name, out var count))
        {
            return false;
        }

        lock (count)
        {
            verdict = count.Answers.TryGetValue(assertion, out var found) ? found : null;
            return verdict is not null;
        }
    }

    /// <summary>Freezes an answer, which is durable already.</summary>
    internal void Freeze(in AllowanceKey key, in FrozenAnswer answer)
    {
        var count = CountOf(key);
        lock (count)
        {
            count.Answers[answer.Assertion] = answer.Verdict;
        }
    }

    /// <summary>Once a day, forgets periods that have ended, here and in the store.</summary>
    private void SweepIfDue()
    {
        var now = clock.Now();
        var due = Volatile.Read(ref _nextSweep);
        if (now.Microseconds < due || Interlocked.CompareExchange(ref _nextSweep, (now + SweepEvery).Microseconds, due) != due)
        {
            return;
        }

        foreach (var (name, count) in _counts)
        {
            if (count.End <= now)
            {
                // Who still holds a key of an ended period counts for nobody any more.
                _counts.TryRemove(name, out _);
            }
        }

        _ = ForgetAsync(now);
    }

    private async Task ForgetAsync(Instant now)
    {
        try
        {
            await store.ForgetAsync(now).ConfigureAwait(false);
        }
        catch (SqliteException exception)
        {
            NodeLog.AllowanceFaulted(logger, exception); // The next day tries again.
        }
    }

    private Count CountOf(in AllowanceKey key) => _counts.GetOrAdd(key.Name, static (_, end) => new Count(end), key.End);

    /// <summary>Locked by whoever reads or changes it.</summary>
    private sealed class Count(Instant end)
    {
        internal Instant End { get; } = end;

        internal int Used { get; set; }

        internal Dictionary<Digest, AssertionVerdict> Answers { get; } = [];
    }
}
