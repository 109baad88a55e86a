using Exchange.Audit.Proofs.Receipts;
using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Proofs.Tiles;
using Exchange.Audit.Tests.Appending;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Audit.Tests.Retention;

public sealed class RetentionTests
{
    private readonly MemoryDisk _log = new();
    private readonly MemoryDisk _tiles = new();
    private readonly Random _random = new(4);

    [Fact]
    public async Task Whole_segments_below_the_index_go_and_what_remains_verifies_and_is_proven()
    {
        Receipt kept;
        Digest root;
        await using (var log = Open())
        {
            await Append(log, 2000);
            var last = await log.Append(Some.Body(_random));
            kept = Receipt.Parser.ParseFrom(ReceiptWriter.ToArray(last.Entry));

            (await log.RemoveBeforeAsync(1024, Entry(1024))).ShouldBe(ErrorCode.None);

            log.FirstIndex.ShouldBeInRange(512ul, 1024ul);
            _log.Segments()[0].Name.ShouldBe(SegmentLayout.FileName(log.FirstIndex));
            log.Size.ShouldBe(2002ul);
            AuditEntry.Parser.ParseFrom(log.ReadBackwards().First().Bytes.Span).Kind.ShouldBe(EntryKind.EntriesRemoved);
            log.ReadBackwards().Last().Index.ShouldBe(log.FirstIndex);
            root = Some.Verify(_log, new() { Keys = Some.Keys, Receipts = [kept] }).TreeRoot;
        }

        await using var again = Open();
        again.FirstIndex.ShouldBeInRange(512ul, 1024ul);
        again.ReadBackwards().Count().ShouldBe((int)(again.Size - again.FirstIndex));
        new TiledTree(again.Tiles!, again.Size).Root(again.Size).ShouldBe(root);
        new TiledTree(again.Tiles!, again.Size).InclusionPath(3, again.Size).ShouldNotBeEmpty();
        await Append(again, 10);
        Some.Verify(_log).ShouldSatisfyAllConditions(report => report.Problem.ShouldBeNull(), report => report.FirstIndex.ShouldBe(again.FirstIndex));
    }

    [Fact]
    public async Task Nothing_is_removed_and_nothing_said_when_no_whole_segment_is_below()
    {
        await using var log = Open();
        await Append(log, 2000);
        var segments = _log.Segments().Count;

        (await log.RemoveBeforeAsync(0, Entry(0))).ShouldBe(ErrorCode.None);

        (log.Size, log.FirstIndex, _log.Segments().Count).ShouldBe((2000ul, 0ul, segments));
        (await log.RemoveBeforeAsync(1024, Entry(1024))).ShouldBe(ErrorCode.None);
        var size = log.Size;
        (await log.RemoveBeforeAsync(1024, Entry(1024))).ShouldBe(ErrorCode.None);
        log.Size.ShouldBe(size);
    }

    [Fact]
    public async Task An_index_that_is_none_an_entry_of_something_else_and_a_log_without_tiles_are_refused()
    {
        await using var log = Open();
        await Append(log, 600);
        await Should.ThrowAsync<ArgumentException>(() => log.RemoveBeforeAsync(300, Entry(300)));
        await Should.ThrowAsync<ArgumentException>(() => log.RemoveBeforeAsync(256, Entry(512)));
        await Should.ThrowAsync<ArgumentException>(() => log.RemoveBeforeAsync(1024, Entry(1024)));
        await Should.ThrowAsync<ArgumentException>(() => log.RemoveBeforeAsync(256, Some.Body(_random)));
        await using var bare = Some.Log(new MemoryDisk().Mount());
        await Should.ThrowAsync<InvalidOperationException>(() => bare.RemoveBeforeAsync(0, Entry(0)));
    }

    [Fact]
    public async Task Hashes_that_cannot_be_made_durable_keep_the_segments()
    {
        await using var log = Open();
        await Append(log, 2000);
        var segments = _log.Segments().Count;
        _tiles.OnOperation = (_, name) => name == "sync" ? MemoryDisk.Fault.Error : MemoryDisk.Fault.None;

        await Should.ThrowAsync<IOException>(() => log.RemoveBeforeAsync(1024, Entry(1024)));

        (_log.Segments().Count, log.FirstIndex).ShouldBe((segments, 0ul));
    }

    [Fact]
    public async Task Without_the_hashes_of_what_was_removed_the_log_goes_on_and_the_tiles_say_what_they_lack()
    {
        await using (var log = Open())
        {
            await Append(log, 2000);
            await log.RemoveBeforeAsync(1024, Entry(1024));
        }

        _tiles.Remove("level-0");
        await using var again = Open();

        (await again.Append(Some.Body(_random))).IsDurable.ShouldBeTrue();
        again.Tiles!.Problem.ShouldNotBeNull().ShouldContain("restore the folder from a backup");
        Should.Throw<IOException>(() => again.Tiles.Read(new TileAddress(0, 0, 256)));
    }

    internal static byte[] Entry(ulong minimumIndex) => new AuditEntry { Kind = EntryKind.EntriesRemoved, MinimumIndex = minimumIndex }.ToBody();

    private AuditLog Open() =>
        AuditLog.Open(Some.SmallOptions, new AuditLogFiles(_log.Mount(), _tiles.Mount()), new AuditLogKeys(Some.Key), new FakeClock(Some.Noon));

    private async Task Append(AuditLog log, int count)
    {
        for (var rest = count; rest > 0; rest -= 50)
        {
            (await log.AppendTogether(Enumerable.Range(0, Math.Min(50, rest)).Select(_ => Some.Body(_random)))).ShouldAllBe(result => result.IsDurable);
        }
    }
}
