using Exchange.Audit.Storage;
using Exchange.Node.Linkage;
using Exchange.Vocabulary;

namespace Exchange.Node.Tests.Linkage;

public sealed class EntryLinkageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("linkage-").FullName;
    private readonly SubjectId _someone = SubjectId.New();
    private readonly SubjectId _other = SubjectId.New();
    private readonly ConsentId _consent = ConsentId.New();

    [Fact]
    public void What_was_linked_is_found_by_subject_at_once_and_after_a_restart()
    {
        using (var linkage = Open())
        {
            // Nearly in the order of the log, as callers come.
            foreach (var index in (ulong[])[3, 2, 70_000, 5, 6, 4])
            {
                linkage.Add(index, index % 2 == 0 ? _someone : _other, _consent);
            }

            linkage.Add(8, default, default);
            Found(linkage, _someone).ShouldBe([2, 4, 6, 70_000]);
            Found(linkage, _other).ShouldBe([3, 5]);
            linkage.Of(new HashSet<SubjectId> { _someone }, 3, 7).Select(link => link.Index).ShouldBe([4, 6]);
        }

        using var again = Open();
        Found(again, _someone).ShouldBe([2, 4, 6, 70_000]);
        again.All(0, 100).ShouldAllBe(link => link.Consent == _consent);
    }

    [Fact]
    public void Erasing_a_subject_leaves_nothing_of_it_in_the_file()
    {
        using (var linkage = Open())
        {
            for (var index = 0UL; index < 1000; index++)
            {
                linkage.Add(index, index % 3 == 0 ? _someone : _other, _consent);
            }

            linkage.Erase(new HashSet<SubjectId> { _someone }).ShouldBe(334UL);
            Found(linkage, _someone).ShouldBeEmpty();
            Found(linkage, _other).Count.ShouldBe(666);
        }

        File.ReadAllBytes(Path.Combine(_folder, "map")).AsSpan().IndexOf(_someone.ToArray()).ShouldBe(-1);
    }

    [Fact]
    public void What_is_removed_from_the_log_is_forgotten_here()
    {
        using var linkage = Open();
        for (var index = 0UL; index < 100; index++)
        {
            linkage.Add(index, _someone, _consent);
        }

        linkage.EraseBelow(64);

        linkage.All(0, 100).Select(link => link.Index).ShouldBe(Enumerable.Range(64, 36).Select(index => (ulong)index));
    }

    [Fact]
    public void A_link_costs_the_caller_no_allocation()
    {
        using var linkage = Open();
        linkage.Add(0, _someone, _consent);
        Found(linkage, _someone);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var index = 1UL; index <= 5000; index++)
        {
            linkage.Add(index, _someone, _consent);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        Found(linkage, _someone).Count.ShouldBe(5001);
    }

    [Fact]
    public void Many_callers_lose_nothing()
    {
        using var linkage = Open();
        Parallel.For(0, 20_000, index => linkage.Add((ulong)index, _someone, _consent));

        Found(linkage, _someone).ShouldBe(Enumerable.Range(0, 20_000).Select(index => (ulong)index));
    }

    [Fact]
    public void What_a_stop_in_order_has_left_is_vouched_for_and_not_before_it_was_looked_at()
    {
        using (var linkage = Open())
        {
            linkage.Add(41, _someone, _consent);
        }

        using (var unsettled = Open())
        {
            unsettled.Unsure.ShouldBe(0UL, "nobody has looked whether links below it were missing");
            unsettled.Settle();
            unsettled.Add(42, _someone, _consent);
        }

        using var settled = Open();
        settled.Unsure.ShouldBe(43UL);
    }

    [Fact]
    public void A_stop_in_order_vouches_for_links_that_were_synced_long_before_it()
    {
        var storage = new StalledStorage(new FileLogStorage(_folder));
        using (var linkage = new EntryLinkage(storage))
        {
            linkage.Settle();
            linkage.Add(41, _someone, _consent);
            storage.AwaitSync(TimeSpan.FromMinutes(1)).ShouldBeTrue();
        }

        using var again = Open();
        again.Unsure.ShouldBe(42UL);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static List<ulong> Found(EntryLinkage linkage, SubjectId subject) => [.. linkage.Of(new HashSet<SubjectId> { subject }, 0, 100_000).Select(link => link.Index)];

    private EntryLinkage Open() => new(new FileLogStorage(_folder));
}
