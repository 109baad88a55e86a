using System.CommandLine;
using System.Globalization;
using Exchange.Audit.Reading;
using Exchange.Vocabulary;

namespace Exchange.Cli.Audit;

/// <summary>A place in a log as a person names it: by index or by time.</summary>
/// <param name="Index">The index, or null.</param>
/// <param name="Time">The time, when it is no index.</param>
internal sealed record LogPosition(ulong? Index, Instant Time)
{
    private static readonly string[] Times = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'"];

    internal static Option<LogPosition?> Option(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "index|time",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            {
                return new(index, default);
            }

            if (DateTimeOffset.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            {
                return new(null, Instant.From(time));
            }

            result.AddError($"'{text}' is neither an index nor a time in UTC such as 2026-01-31 or 2026-01-31T12:00:00Z.");
            return null;
        },
    };

    /// <summary>The entries [from, to) of those that a log keeps, as two options bound them.</summary>
    /// <param name="log">The log.</param>
    /// <param name="from">The first; null for the first that is kept.</param>
    /// <param name="until">The one after the last; null for the end.</param>
    /// <param name="size">How many entries count.</param>
    /// <exception cref="UsageException">What is asked for was removed, or is not there.</exception>
    internal static (ulong From, ulong To) Range(LogReader log, LogPosition? from, LogPosition? until, ulong size)
    {
        var first = log.FirstIndex;
        var start = from is null ? Math.Min(first, size) : from.In(log, first, size);
        var end = until is null ? size : until.In(log, first, size);
        if (start < first)
        {
            throw new UsageException($"Entry {start} is no longer kept: the log begins with entry {first}.");
        }

        if (start > size || end > size)
        {
            throw new UsageException($"There are {size} entries; {(end > size ? $"--until {end}" : $"--from {start}")} is beyond them.");
        }

        return start <= end ? (start, end) : throw new UsageException($"--from is entry {start}, --until entry {end}: there is nothing between them.");
    }

    private ulong In(LogReader log, ulong first, ulong size) => Index ?? log.FirstAt(Time, Math.Min(first, size), size);
}
