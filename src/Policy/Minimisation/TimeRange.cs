namespace Exchange.Policy.Minimisation;

/// <summary>The values that google/protobuf/timestamp.proto and duration.proto admit.</summary>
internal static class TimeRange
{
    private const long FirstSecond = -62_135_596_800; // 0001-01-01T00:00:00Z
    private const long LastSecond = 253_402_300_799; // 9999-12-31T23:59:59Z
    private const long LongestSeconds = 315_576_000_000; // ten thousand years
    private const long NanosEnd = 1_000_000_000;

    public static bool IsTimestamp(long seconds, long nanos) => seconds is >= FirstSecond and <= LastSecond && nanos is >= 0 and < NanosEnd;

    public static bool IsDuration(long seconds, long nanos) =>
        seconds is >= -LongestSeconds and <= LongestSeconds && nanos is > -NanosEnd and < NanosEnd && !(seconds > 0 && nanos < 0) && !(seconds < 0 && nanos > 0);
}
