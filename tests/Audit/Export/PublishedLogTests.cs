using System.Buffers;
using System.Buffers.Binary;
using Exchange.Audit.Export;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Publication;
using Exchange.Audit.Proofs.Tiles;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Audit.Tests.Export;

public sealed class PublishedLogTests
{
    private static readonly string[] Unpublished =
    [
        "",
        "/",
        "checkpoint/",
        "checkpoints",
        "checkpoints/700",
        "batches/000.p/3",
        "batches/001",
        "batches/x999/x999/x999/x999/x999/x999/999",
        "keys/../secret",
        "keys/..",
        "keys/.hidden",
        "keys/half.new",
        "snapshots//etc/passwd",
        "linkage",
        "tile/0/003",
        "tile/63/000.p/1",
        "tile/entries/002",
        "tile/entries/x018/x446/x744/x073/x709/x551/615",
        "tile/0/x018/x446/x744/x073/x709/x551/615.p/1",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(1900)]
    public async Task Tiles_that_are_computed_from_the_chain_are_those_of_the_logs_tree(int entries)
    {
        using var some = await SomeExport.Of(entries);

        some.Tree((ulong)entries).Root((ulong)entries).ShouldBe(some.RootOfTheLog());
    }

    [Fact]
    public async Task Bundles_hold_every_entry_and_prove_into_the_checkpoint()
    {
        using var some = await SomeExport.Of(700, 700);
        var log = some.Published;
        var tree = new CompactRange();
        using var entries = some.Reader.Entries(0, 700);
        for (var bundle = 0ul; bundle < 3; bundle++)
        {
            var rest = Read(log, TileAddress.Holding(TileAddress.Entries, bundle * 256, 700).Path).AsSpan();
            for (; !rest.IsEmpty; rest = rest[(2 + BinaryPrimitives.ReadUInt16BigEndian(rest))..])
            {
                var entry = rest.Slice(2, BinaryPrimitives.ReadUInt16BigEndian(rest));
                entries.MoveNext().ShouldBeTrue();
                entry.SequenceEqual(entries.Current).ShouldBeTrue();
                tree.Append(TreeHash.Leaf(entry));
            }
        }

        tree.Size.ShouldBe(700ul);
        using var files = log.Open().ShouldNotBeNull();
        tree.Root.ShouldBe(files.Checkpoint.Root);
    }

    [Fact]
    public async Task Files_stand_as_of_the_checkpoint_that_they_are_read_under()
    {
        using var some = await SomeExport.Of(700, 350, 700);
        using var early = some.Published.Open(350).ShouldNotBeNull();
        var written = new ArrayBufferWriter<byte>();

        early.TryWrite("tile/entries/001.p/94", written).ShouldBeTrue();
        early.TryWrite("tile/entries/001", written).ShouldBeFalse("it was not full yet");
        early.TryWrite("tile/0/001.p/95", written).ShouldBeFalse();
        early.TryWrite("tile/0/001.p/94", written).ShouldBeTrue();
        early.TryWrite(PublishedPath.CheckpointOf(700), written).ShouldBeFalse();
        some.Published.TryRead("tile/entries/001.p/94", out _).ShouldBeTrue("whoever has an earlier checkpoint may ask for what it had");
        some.Published.Open(351).ShouldBeNull();
    }

    [Fact]
    public async Task Every_listed_file_can_be_read_and_the_checkpoint_comes_last()
    {
        using var some = await SomeExport.Of(700, 350, 700);
        using var files = some.Published.Open().ShouldNotBeNull();

        var paths = files.Paths(0, 700).ToList();

        paths.ShouldBe(
        [
            "tile/entries/000", "tile/entries/001", "tile/entries/002.p/188", "batches/000",
            "tile/0/000", "tile/0/001", "tile/0/002.p/188", "tile/1/000.p/2",
            "checkpoints/00000000000000000350", "checkpoint",
        ]);
        paths.ShouldAllBe(path => files.TryWrite(path, new ArrayBufferWriter<byte>(16)));
    }

    [Fact]
    public async Task A_range_has_its_bundles_and_what_proves_them()
    {
        using var some = await SomeExport.Of(1300, 1300);
        using var files = some.Published.Open().ShouldNotBeNull();

        files.Paths(300, 520).ShouldBe(
        [
            "tile/entries/001", "tile/entries/002", "batches/000",
            "tile/0/001", "tile/0/002", "tile/0/005.p/20", "tile/1/000.p/5", "checkpoint",
        ]);
    }

    [Fact]
    public async Task Batch_records_are_those_of_the_groups()
    {
        using var some = await SomeExport.Of(70, 70);
        var bytes = Read(some.Published, "batches/000");

        bytes.Length.ShouldBe(10 * BatchRecord.Size);
        using var groups = some.Reader.Groups(0);
        for (var at = 0; groups.MoveNext(); at += BatchRecord.Size)
        {
            BatchRecord.TryRead(bytes.AsMemory(at), out var record).ShouldBeTrue();
            (record.FirstIndex, record.Count, record.Root).ShouldBe((groups.Current.Header.FirstIndex, groups.Current.Header.Count, groups.Current.Trailer.BatchRoot));
            record.Signature.Span.SequenceEqual(groups.Current.Trailer.Signature).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Only_snapshots_that_entries_of_the_ranges_bundles_name_are_listed()
    {
        using var some = await SomeExport.Of(700, 700);
        var folder = Directory.CreateDirectory(Path.Combine(some.Folder, "snapshots")).FullName;
        File.WriteAllText(Path.Combine(folder, $"policy-{PolicyOf(some, 10)}"), "ten");
        File.WriteAllText(Path.Combine(folder, $"policy-{PolicyOf(some, 600)}"), "six hundred");
        File.WriteAllText(Path.Combine(folder, $"policy-{Digest.Zero}"), "never");
        using var files = some.Published.Open().ShouldNotBeNull();

        Snapshots(files, 0, 100).ShouldBe([$"snapshots/policy-{PolicyOf(some, 10)}"]);
        Snapshots(files, 100, 101).ShouldBe([$"snapshots/policy-{PolicyOf(some, 10)}"]);
        Snapshots(files, 513, 514).ShouldBe([$"snapshots/policy-{PolicyOf(some, 600)}"]);
        Snapshots(files, 256, 512).ShouldBeEmpty();
        Snapshots(files, 10, 10).ShouldBeEmpty();
        Read(some.Published, $"snapshots/policy-{PolicyOf(some, 600)}").ShouldBe("six hundred"u8.ToArray());
    }

    [Fact]
    public async Task What_is_not_published_cannot_be_had()
    {
        using var some = await SomeExport.Of(700, 700);
        Directory.CreateDirectory(Path.Combine(some.Folder, "keys"));
        await File.WriteAllTextAsync(Path.Combine(some.Folder, "secret"), "secret");
        await File.WriteAllTextAsync(Path.Combine(some.Folder, "keys", ".hidden"), "secret");
        await File.WriteAllTextAsync(Path.Combine(some.Folder, "keys", "half.new"), "half");

        foreach (var path in Unpublished)
        {
            some.Published.TryRead(path, out _).ShouldBeFalse(path);
        }
    }

    [Fact]
    public async Task Many_read_at_once()
    {
        using var some = await SomeExport.Of(1900, 1900);
        var log = some.Published;
        using var files = log.Open().ShouldNotBeNull();
        var whole = files.Paths(0, 1900).ToDictionary(path => path, path => Read(log, path));

        Parallel.For(0, 4, _ =>
        {
            using var mine = log.Open().ShouldNotBeNull();
            foreach (var (path, content) in whole)
            {
                var written = new ArrayBufferWriter<byte>();
                mine.TryWrite(path, written).ShouldBeTrue();
                written.WrittenSpan.SequenceEqual(content).ShouldBeTrue(path);
            }
        });
    }

    private static IEnumerable<string> Snapshots(PublishedFiles files, ulong from, ulong to) =>
        files.Paths(from, to).Where(path => path.StartsWith("snapshots/", StringComparison.Ordinal));

    private static string PolicyOf(SomeExport some, ulong index)
    {
        using var entries = some.Reader.Entries(index, index + 1);
        entries.MoveNext();
        return Convert.ToHexStringLower(AuditEntry.Parser.ParseFrom(entries.Current).PolicyDigest.Span);
    }

    private static byte[] Read(PublishedLog log, string path)
    {
        log.TryRead(path, out var content).ShouldBeTrue(path);
        return content.ToArray();
    }
}
