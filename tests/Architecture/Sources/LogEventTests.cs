using System.Globalization;
using System.Text.RegularExpressions;

namespace Exchange.Architecture.Tests.Sources;

/// <summary>An operator's alerts name events by id or name; both mean one thing for ever.</summary>
public sealed partial class LogEventTests
{
    private static readonly (string Folder, int First)[] Ranges = [("src/Node", 1000), ("src/Audit", 2000), ("src/Policy", 3000), ("src/Grpc", 4000)];

    private static readonly List<LogEvent> Events =
    [
        .. SourceTree.Code("src").SelectMany(file => Message().Matches(SourceTree.Read(file)).Select(match => new LogEvent(
            file,
            int.Parse(match.Groups["id"].Value, CultureInfo.InvariantCulture),
            match.Groups["event"] is { Success: true } name ? name.Value : match.Groups["method"].Value))),
    ];

    [Fact]
    public void Every_attribute_is_read() =>
        Events.Count.ShouldBe(SourceTree.Code("src").Sum(file => Attribute().Count(SourceTree.Read(file))));

    [Fact]
    public void An_id_is_given_once() =>
        Events.GroupBy(e => e.Id).Where(group => group.Count() > 1).Select(group => string.Join(" and ", group)).ShouldBeEmpty();

    [Fact]
    public void A_name_is_given_once() =>
        Events.GroupBy(e => e.Name).Where(group => group.Count() > 1).Select(group => string.Join(" and ", group)).ShouldBeEmpty();

    [Fact]
    public void An_id_lies_in_the_range_of_its_room() => Events.Where(e => !LiesInRange(e)).ShouldBeEmpty();

    private static bool LiesInRange(LogEvent e) =>
        Ranges.Any(range => e.File.StartsWith(range.Folder + "/", StringComparison.Ordinal) && e.Id >= range.First && e.Id < range.First + 1000);

    [GeneratedRegex(@"\[LoggerMessage\b")]
    private static partial Regex Attribute();

    [GeneratedRegex("""\[LoggerMessage\((?:EventId\s*=\s*)?(?<id>\d+)(?<rest>[^\n]*?(?:EventName\s*=\s*"(?<event>\w+)")?)\)\]\s*(?:\w+\s+)*?partial\s+void\s+(?<method>\w+)""")]
    private static partial Regex Message();

    private sealed record LogEvent(string File, int Id, string Name);
}
