using System.Globalization;
using Xunit.Abstractions;

namespace Exchange.Audit.Tests.Verification;

/// <summary>
/// Tampered copies of a log of 70,000 entries, as many as <c>EXCHANGE_TAMPERED_COPIES</c> says (1,000 in the long run): every one is found, and the
/// first bad entry is named where the copy can tell it. Each copy follows from its number; <c>EXCHANGE_TAMPERED_FIRST</c> begins with another than 0.
/// </summary>
public sealed class TamperedCopiesTests(ITestOutputHelper output)
{
    private const int Seed = 9;

    private static readonly int Copies = Number("EXCHANGE_TAMPERED_COPIES", "38");
    private static readonly int First = Number("EXCHANGE_TAMPERED_FIRST", "0");

    [Fact]
    public void The_log_that_was_not_tampered_with_verifies_in_both_forms()
    {
        var log = LargeLog.Instance;

        var segments = TamperedCopy.OfSegments("untouched", log.Segments, null, TamperedCopy.AllKept()).Verify();
        var export = TamperedCopy.OfExport("untouched", new PublishedFolderInMemory(log.Published), null, TamperedCopy.AllKept()).Verify();

        foreach (var report in new[] { segments, export })
        {
            report.Problem.ShouldBeNull();
            (report.Size, report.FirstIndex, report.Groups, report.CheckpointsFound).ShouldBe(((ulong)LargeLog.Entries, 0ul, (ulong)log.Groups.Count, log.Kept.Count + 1));
            (report.SignaturesChecked, report.CheckpointSignaturesChecked).ShouldBe((true, true));
        }

        segments.TreeRoot.ShouldBe(export.TreeRoot);
        segments.LastTime.ShouldBe(export.LastTime);
    }

    [Fact]
    public void Every_tampered_copy_is_found_and_its_first_bad_entry_named()
    {
        var recipes = SegmentTampering.Recipes.Concat(ExportTampering.Recipes).ToList();
        var (named, kinds, missed) = (0, new SortedDictionary<string, int>(StringComparer.Ordinal), new List<string>());
        for (var number = First; number < First + Copies; number++)
        {
            var copy = recipes[number % recipes.Count](new Random((Seed * 1_000_000) + number));
            var problem = copy.Verify().Problem;
            if (problem is null || (copy.FirstBad is { } firstBad && problem.EntryIndex != firstBad))
            {
                missed.Add($"copy {number}, {copy.What}: {(problem is null ? "not found" : $"entry {copy.FirstBad} is the first bad one, and named was {problem.Kind}, {problem}")}");
            }

            named += copy.FirstBad is null ? 0 : 1;
            var kind = problem?.Kind.ToString() ?? "none";
            kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
        }

        output.WriteLine($"{Copies} copies, {Copies - missed.Count} found; {named} of them had a first bad entry that can be told. {string.Join(", ", kinds.Select(kind => $"{kind.Key} {kind.Value}"))}");
        string.Join(Environment.NewLine, missed).ShouldBeEmpty();
    }

    private static int Number(string name, string otherwise) => int.Parse(Environment.GetEnvironmentVariable(name) ?? otherwise, CultureInfo.InvariantCulture);
}
