using Exchange.Audit.Storage;
using Exchange.Node.Linkage;
using Exchange.Vocabulary;

namespace Exchange.Node.Tests.Linkage;

/// <summary>What becomes of links while the map cannot be written: transfers do not wait for it.</summary>
public sealed class StalledLinkageTests : IDisposable
{
    private const int Callers = 4;
    private const int LinksPerCaller = 10_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("linkage-").FullName;
    private readonly SubjectId _someone = SubjectId.New();
    private readonly SubjectId _other = SubjectId.New();
    private readonly ConsentId _consent = ConsentId.New();
    private readonly List<string> _problems = [];

    [Fact]
    public void Callers_do_not_wait_for_a_map_that_stands_still_and_what_found_no_room_is_not_vouched_for()
    {
        var storage = Storage();
        using (var linkage = new EntryLinkage(storage, _problems.Add))
        {
            linkage.Settle();
            linkage.Add(0, _someone, _consent);
            Overflow(storage, linkage);
            Found(linkage).Count.ShouldBeLessThan(Callers * LinksPerCaller, "there was no room for all");
        }

        _problems.Count.ShouldBe(1);
        using var again = new EntryLinkage(Storage());
        again.Unsure.ShouldBeLessThan(2UL, "links behind it found no room");
    }

    [Fact]
    public void What_settles_the_start_does_not_vouch_for_what_found_no_room_since()
    {
        var storage = Storage();
        using (var linkage = new EntryLinkage(storage))
        {
            Overflow(storage, linkage);
            linkage.Settle();
        }

        using var again = new EntryLinkage(Storage());
        again.Unsure.ShouldBe(0UL);
    }

    [Fact]
    public void What_found_no_room_is_linked_at_the_next_start_however_much_it_is()
    {
        var storage = Storage();
        using (var linkage = new EntryLinkage(storage))
        {
            linkage.Settle();
            Overflow(storage, linkage);
        }

        var all = Enumerable.Range(1, Callers * LinksPerCaller).Select(index => (ulong)index).ToList();
        using (var linkage = new EntryLinkage(Storage()))
        {
            linkage.Repair([.. all.Except(Found(linkage)).Select(index => new EntryLink(index, _someone, _consent))]);
            linkage.Settle();
            Found(linkage).ShouldBe(all);
        }

        using var again = new EntryLinkage(Storage());
        again.Unsure.ShouldBe(all[^1] + 1);
    }

    [Fact]
    public async Task Links_come_into_the_map_while_an_erasure_is_under_way()
    {
        var storage = Storage();
        using var linkage = new EntryLinkage(storage);
        linkage.Add(0, _someone, _consent);
        Found(linkage);
        storage.StallNext();
        var erasure = Task.Run(() => linkage.Erase(new HashSet<SubjectId> { _someone }));
        storage.AwaitHeldUp(Patience).ShouldBeTrue();

        linkage.Add(1, _other, _consent);
        var found = Task.Run(() => linkage.All(1, 2).Single().Subject);
        var first = await Task.WhenAny(found, Task.Delay(Patience));
        storage.Flow();

        first.ShouldBe(found);
        (await found).ShouldBe(_other);
        (await erasure.WaitAsync(Patience)).ShouldBe(1UL);
        Found(linkage).ShouldBeEmpty();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Adds more links than there is room for while a write of the map is held up, and with it whoever writes.</summary>
    private void Overflow(StalledStorage storage, EntryLinkage linkage)
    {
        Found(linkage);
        storage.StallNext();
        linkage.Add(1, _someone, _consent);
        storage.AwaitHeldUp(Patience).ShouldBeTrue();
        var callers = Enumerable.Range(0, Callers).Select(caller => new Thread(() => Add(linkage, caller)) { IsBackground = true }).ToList();
        callers.ForEach(caller => caller.Start());
        var cameBack = callers.TrueForAll(caller => caller.Join(Patience));
        storage.Flow();
        cameBack.ShouldBeTrue("the map stands still, but no caller may");
    }

    private void Add(EntryLinkage linkage, int caller)
    {
        for (var index = 1; index <= LinksPerCaller; index++)
        {
            linkage.Add((ulong)((caller * LinksPerCaller) + index), _someone, _consent);
        }
    }

    private List<ulong> Found(EntryLinkage linkage) => [.. linkage.Of(new HashSet<SubjectId> { _someone }, 0, 100_000).Select(link => link.Index)];

    private StalledStorage Storage() => new(new FileLogStorage(_folder));
}
