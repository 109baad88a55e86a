using System.Globalization;

namespace Exchange.Documents;

/// <summary>Numbers with units as people write them into files: a whole number, then its unit, nothing between.</summary>
internal static class Quantities
{
    private static readonly (string Unit, long Factor)[] Durations =
    [
        ("ms", TimeSpan.TicksPerMillisecond), ("s", TimeSpan.TicksPerSecond), ("m", TimeSpan.TicksPerMinute), ("h", TimeSpan.TicksPerHour), ("d", TimeSpan.TicksPerDay),
    ];

    private static readonly (string Unit, long Factor)[] ByteSizes = [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("B", 1)];

    /// <summary>Decimal digits with an optional minus. A leading zero is refused: in YAML 1.1 it would mean octal.</summary>
    internal static bool TryParseNumber(ReadOnlySpan<char> text, out long number)
    {
        number = 0;
        var digits = text.TrimStart('-');
        return digits is not ['0', _, ..] && text.Length - digits.Length <= 1
            && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)
            && char.IsAsciiDigit(digits[0]);
    }

    internal static bool TryParseDuration(string text, out TimeSpan duration)
    {
        var parsed = TryParse(text, Durations, out var ticks);
        duration = TimeSpan.FromTicks(ticks);
        return parsed;
    }

    internal static bool TryParseByteSize(string text, out long bytes) => TryParse(text, ByteSizes, out bytes);

    /// <summary>In the largest unit that divides the duration.</summary>
    internal static string Format(TimeSpan duration)
    {
        var (unit, factor) = Durations.Last(candidate => duration.Ticks % candidate.Factor == 0 && (duration.Ticks >= candidate.Factor || candidate.Unit == "ms"));
        return string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / factor}{unit}");
    }

    private static bool TryParse(string text, (string Unit, long Factor)[] units, out long value)
    {
        value = 0;
        foreach (var (unit, factor) in units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal) && TryParseNumber(text.AsSpan(0, text.Length - unit.Length), out var number)
                && number >= 0 && number <= long.MaxValue / factor)
            {
                value = number * factor;
                return true;
            }
        }

        return false;
    }
}
