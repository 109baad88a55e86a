using Exchange.Audit.Proofs.Entries;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Audit.Reading;

/// <summary>Finds entries by their time. Times never run back, so some twenty looks suffice for any log.</summary>
public static class TimeSearch
{
    /// <summary>The index of the first entry at or after a time; <paramref name="to"/> when all before it are earlier.</summary>
    public static ulong FirstAt(this LogReader log, Instant time, ulong from, ulong to)
    {
        while (from < to)
        {
            var middle = from + ((to - from) / 2);
            if (TimeOf(log, middle) < time)
            {
                from = middle + 1;
            }
            else
            {
                to = middle;
            }
        }

        return from;
    }

    private static Instant TimeOf(LogReader log, ulong index)
    {
        using var entries = log.Entries(index, index + 1);
        if (entries.MoveNext())
        {
            for (var field = new EntryScan(entries.Current); field.MoveNext();)
            {
                if (field.Number == AuditEntry.TimeFieldNumber)
                {
                    return new Instant((long)field.Value);
                }
            }
        }

        return default;
    }
}
