using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Proofs.Tiles;
using Exchange.Audit.Tests.Appending;
using Exchange.Audit.Tiles;
using Exchange.Vocabulary;

namespace Exchange.Audit.Tests.Tiles;

/// <summary>The tiles of a node's log, beside a tree that the test makes of the entries themselves.</summary>
public sealed class TileStoreTests
{
    private static readonly AuditLogOptions Options = Some.SmallOptions with { SegmentBytes = 1 << 20, MaximumGroupBytes = SegmentLayout.MaximumGroupBytes / 2, MaximumGroupEntries = 4096, RoomRetryInterval = TimeSpan.FromMilliseconds(1) };

    private readonly Random _random = new(5);
    private readonly MemoryDisk _log = new();
    private readonly MemoryDisk _tiles = new();

    [Fact]
    public async Task Tiles_cover_whatever_has_been_acknowledged()
    {
        await using var log = Open();
        foreach (var count in (int[])[1, 254, 1, 1, 700, 100])
        {
            await Append(log, count);
            Fit(log);
        }

        Should.Throw<IOException>(() => log.Tiles!.Read(new TileAddress(0, 4, 34))).Message.ShouldContain("1057 entries");
        Should.Throw<IOException>(() => log.Tiles!.Read(new TileAddress(TileAddress.Entries, 0, 1)));
    }

    [Fact]
    public async Task A_log_without_a_folder_for_tiles_has_none()
    {
        await using var log = Some.Log(_log.Mount());
        (await log.Append(Some.Body(_random))).IsDurable.ShouldBeTrue();
        log.Tiles.ShouldBeNull();
    }

    [Fact]
    public async Task Closed_in_order_they_are_taken_up_as_they_are()
    {
        await Live(600);
        var operations = _tiles.Operations;

        await using var log = Open();

        log.Tiles!.Size.ShouldBe(600ul);
        _tiles.Operations.ShouldBe(operations);
        Fit(log);
    }

    [Theory]
    [InlineData("level-0", 100)]
    [InlineData("level-0", 599 * 32)]
    [InlineData("level-1", 33)]
    [InlineData("synced", 3)]
    public async Task Tiles_that_do_not_fit_the_log_are_made_again(string name, int at)
    {
        await Live(600);
        _tiles.Tamper(name, bytes => bytes[at] ^= 1);
        if (at == 100)
        {
            _tiles.Remove("synced"); // Behind the last sync everything is looked at; what was synced is believed but for its right edge.
        }

        await using var log = Open();

        await Append(log, 10);
        Fit(log);
    }

    [Theory]
    [InlineData("level-0")]
    [InlineData("level-1")]
    [InlineData("synced")]
    public async Task Files_that_are_missing_are_made_again(string name)
    {
        await Live(600);
        _tiles.Remove(name);

        await using var log = Open();

        await Append(log, 10);
        Fit(log);
    }

    [Fact]
    public async Task Tiles_of_more_than_the_log_has_are_cut()
    {
        await Live(600);
        var shorter = new MemoryDisk();
        await using (var other = Some.Log(shorter.Mount(), Options))
        {
            await Append(other, 300);
        }

        await using var log = AuditLog.Open(Options, new AuditLogFiles(shorter.Mount(), _tiles.Mount()), new AuditLogKeys(Some.Key), new FakeClock(Some.Noon));

        Fit(log, shorter);
        await Append(log, 500);
        Fit(log, shorter);
    }

    [Fact]
    public async Task A_full_disk_for_tiles_is_no_matter_of_the_log_and_they_catch_up()
    {
        _tiles.IsFull = true;
        await using var log = Open();
        await Append(log, 300);
        Should.Throw<IOException>(() => log.Tiles!.Read(new TileAddress(0, 0, 256)));
        log.Fault.ShouldBeNull();

        _tiles.IsFull = false;

        await Append(log, 300);
        Fit(log);
        log.Tiles!.Problem.ShouldBeNull();
    }

    [Fact]
    public async Task The_appender_drops_what_the_ring_has_no_room_for_and_the_segments_fill_the_gap()
    {
        var ring = new LeafRing(8, 0);
        var hashes = Enumerable.Range(0, 20).Select(i => Digest.Of([(byte)i])).ToArray();
        ring.TryPut(0, hashes.AsSpan(0, 6)).ShouldBeTrue();
        ring.TryPut(6, hashes.AsSpan(6, 3)).ShouldBeFalse();
        ring.TryPut(9, hashes.AsSpan(9, 1)).ShouldBeFalse();
        var taken = new Digest[20];
        ring.Peek(0, taken).ShouldBe(6);
        taken[..6].ShouldBe(hashes[..6]);
        ring.Release(6);
        ring.Peek(6, taken).ShouldBe(0);
        ring.TryPut(10, hashes.AsSpan(10, 4)).ShouldBeTrue();
        ring.Peek(6, taken).ShouldBe(0);
        ring.Release(10);
        ring.Peek(11, taken).ShouldBe(3);
        taken[..3].ShouldBe(hashes[11..14]);

        // The same of the whole: a log whose tiles have stood still for more entries than the ring holds.
        _tiles.OnOperation = (_, _) => MemoryDisk.Fault.Error;
        await using var log = Open();
        for (var i = 0; i < 18; i++)
        {
            await Append(log, 4000);
        }

        _tiles.OnOperation = (_, _) => MemoryDisk.Fault.None;
        await Caught(log);
        Fit(log);
    }

    private AuditLog Open() =>
        AuditLog.Open(Options, new AuditLogFiles(_log.Mount(), _tiles.Mount()), new AuditLogKeys(Some.Key), new FakeClock(Some.Noon));

    private async Task Live(int entries)
    {
        await using var log = Open();
        await Append(log, entries);
    }

    private async Task Append(AuditLog log, int count) =>
        (await log.AppendTogether(Enumerable.Range(0, count).Select(_ => Some.BodyOf(_random.Next(20, 60))))).ShouldAllBe(result => result.IsDurable);

    /// <summary>Every hash of every tile, as the entries give them.</summary>
    private void Fit(AuditLog log, MemoryDisk? disk = null)
    {
        var report = Some.Verify(disk ?? _log);
        report.Problem.ShouldBeNull();
        report.Size.ShouldBe(log.Size);
        new TiledTree(log.Tiles!, log.Size).Root(log.Size).ShouldBe(report.TreeRoot);
        log.Tiles!.Size.ShouldBe(log.Size);

        var expected = new Dictionary<TileAddress, byte[]>();
        var builder = new TileBuilder((address, bytes) => expected[address] = bytes.ToArray());
        foreach (var entry in log.ReadBackwards().Reverse())
        {
            builder.Append(TreeHash.Leaf(entry.Bytes.Span));
        }

        foreach (var (address, bytes) in builder.Partial())
        {
            expected[address] = bytes.ToArray();
        }

        foreach (var (address, bytes) in expected)
        {
            log.Tiles.Read(address).Span.SequenceEqual(bytes).ShouldBeTrue(address.Path);
        }
    }

    private static async Task Caught(AuditLog log)
    {
        while (log.Tiles!.Size < log.Size)
        {
            await Task.Delay(5);
        }
    }
}
