using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Policy.Tests.Model;

public sealed class CalendarPeriodTests
{
    [Theory]
    [InlineData(CalendarPeriod.Day, "2024-02-29T23:59:59Z", "2024-02-29", "2024-03-01")]
    [InlineData(CalendarPeriod.Day, "2024-03-01T00:00:00Z", "2024-03-01", "2024-03-02")]
    [InlineData(CalendarPeriod.Month, "2024-02-29T12:00:00Z", "2024-02-01", "2024-03-01")]
    [InlineData(CalendarPeriod.Month, "2023-12-31T23:59:59Z", "2023-12-01", "2024-01-01")]
    [InlineData(CalendarPeriod.Quarter, "2024-01-01T00:00:00Z", "2024-01-01", "2024-04-01")]
    [InlineData(CalendarPeriod.Quarter, "2024-06-30T23:00:00Z", "2024-04-01", "2024-07-01")]
    [InlineData(CalendarPeriod.Quarter, "2024-12-31T23:00:00Z", "2024-10-01", "2025-01-01")]
    [InlineData(CalendarPeriod.Year, "2024-12-31T23:00:00Z", "2024-01-01", "2025-01-01")]
    public void A_period_holds_its_start_and_not_its_end(CalendarPeriod period, string time, string start, string end) =>
        period.Around(At(time)).ShouldBe((At(start), At(end)));

    private static Instant At(string time) => Instant.From(
        DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal));
}
