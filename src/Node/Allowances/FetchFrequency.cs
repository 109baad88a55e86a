using Exchange.Node.Consents;
using Exchange.Node.Telemetry;
using Exchange.Node.Transfers;
using Exchange.Vocabulary;
using Microsoft.Data.Sqlite;

namespace Exchange.Node.Allowances;

/// <summary>
/// Holds the obligation <c>frequency</c>: a fetch of records takes a unit of the rule's allowance, about one subject, or under the rule where
/// records are about nobody. Further pages belong to the fetch of their first; answers have a
/// budget of their own.
/// </summary>
internal sealed class FetchFrequency(
    AllowanceBook book, AllowanceKeys keys, IAllowanceStore store, ConsentBook subjects, TimeProvider clock, ILogger<FetchFrequency> logger)
{
    /// <summary>Takes a unit where one is needed, and begins to store that; false with the time to wait when there is none left.</summary>
    internal bool TryTake(Permit permit, out FetchUnit? unit, out TimeSpan wait)
    {
        (unit, wait) = (null, TimeSpan.Zero);
        var rule = permit.Rule;
        if (rule.Obligations.Frequency is not { } frequency || permit.Ask.IsContinued || permit.Assertions is not null)
        {
            return true;
        }

        var now = clock.Now();
        var key = keys.Of(AllowanceUse.Fetches, rule.Key, subjects.IndexOf(permit), frequency.Per, now);
        if (!book.TryTake(key, 1, frequency.Units))
        {
            wait = key.End - now;
            return false;
        }

        unit = new FetchUnit(key, store.SpendAsync(key, 1));
        return true;
    }

    /// <summary>Whether the unit is durably spent; only then may what it was taken for be released, for a restart would give it again.</summary>
    internal async ValueTask<bool> IsSpentAsync(FetchUnit unit)
    {
        try
        {
            await unit.Stored.ConfigureAwait(false);
            return true;
        }
        catch (SqliteException exception)
        {
            NodeLog.AllowanceFaulted(logger, exception);
            return false;
        }
    }

    /// <summary>The transfer ended without a release. A crash before this is durable costs a unit, and never gives one.</summary>
    internal async ValueTask GiveBackAsync(FetchUnit unit)
    {
        book.GiveBack(unit.Key, 1);
        try
        {
            await unit.Stored.ConfigureAwait(false);
            await store.SpendAsync(unit.Key, -1).ConfigureAwait(false);
        }
        catch (SqliteException exception)
        {
            NodeLog.AllowanceFaulted(logger, exception);
        }
    }
}

/// <summary>A unit that a transfer has taken.</summary>
/// <param name="Key">Of which count.</param>
/// <param name="Stored">Completes when it is durably spent; runs while the provider is asked.</param>
internal sealed record FetchUnit(AllowanceKey Key, Task Stored);
