using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Reading;
using Exchange.Audit.Tests.Appending;

namespace Exchange.Audit.Tests.Reading;

public sealed class LogReaderTests
{
    [Theory]
    [InlineData(0, 400)]
    [InlineData(0, 1)]
    [InlineData(7, 8)]
    [InlineData(123, 321)]
    [InlineData(399, 400)]
    [InlineData(400, 400)]
    public async Task Entries_are_read_from_any_index_to_any_other(int from, int to)
    {
        var disk = new MemoryDisk();
        var bodies = await Written(disk, 400);

        var reader = new LogReader(disk.Mount());
        using var entries = reader.Entries((ulong)from, (ulong)to);
        var next = (ulong)from;
        while (entries.MoveNext())
        {
            entries.Index.ShouldBe(next++);
            entries.Current.EndsWith(bodies[(int)entries.Index]).ShouldBeTrue();
            disk.Segments().Single(file => file.Name == entries.Segment).Bytes.AsSpan((int)entries.Offset, entries.Current.Length).SequenceEqual(entries.Current).ShouldBeTrue();
        }

        next.ShouldBe((ulong)to);
        (reader.FirstIndex, reader.Size, reader.ReadHeader().Origin).ShouldBe((0ul, 400ul, Some.Origin));
    }

    [Fact]
    public async Task Groups_begin_with_the_one_that_holds_the_entry()
    {
        var disk = new MemoryDisk();
        await Written(disk, 70);

        var reader = new LogReader(disk.Mount());
        using var groups = reader.Groups(10);
        var found = new List<(ulong, int)>();
        while (groups.MoveNext())
        {
            groups.Current.IsIntact.ShouldBeTrue();
            found.Add((groups.Current.Header.FirstIndex, groups.Current.Header.Count));
        }

        found.ShouldBe([.. Enumerable.Range(1, 9).Select(group => (7ul * (ulong)group, 7))]);
    }

    [Fact]
    public async Task A_reader_sees_the_log_grow_from_segment_to_segment()
    {
        var disk = new MemoryDisk();
        await using var log = Some.Log(disk.Mount());
        var reader = new LogReader(disk.Mount());
        var random = new Random(3);
        for (var size = 1ul; size <= 300; size++)
        {
            await log.Append(Some.Body(random));

            reader.Size.ShouldBe(size);
            using var last = reader.Entries(size - 1, size);
            last.MoveNext().ShouldBeTrue();
            last.Index.ShouldBe(size - 1);
        }

        disk.Segments().Count.ShouldBeGreaterThan(2);
    }

    [Fact]
    public async Task What_the_writer_has_not_made_durable_is_not_there()
    {
        var disk = new MemoryDisk();
        await Written(disk, 70);
        var reader = new LogReader(disk.Mount(), () => 35);

        using var groups = reader.Groups(0);
        var count = 0;
        while (groups.MoveNext())
        {
            count++;
        }

        count.ShouldBe(5);
        Should.Throw<ArgumentOutOfRangeException>(() => reader.Entries(0, 36));
    }

    [Fact]
    public async Task A_group_that_is_being_written_does_not_count()
    {
        var disk = new MemoryDisk();
        await Written(disk, 14);
        disk.Tamper(disk.Segments()[0].Name, bytes => bytes[bytes.AsSpan().LastIndexOf("END\n"u8)] = 0);

        new LogReader(disk.Mount()).Size.ShouldBe(7ul);
    }

    [Fact]
    public async Task Damage_is_named_with_file_and_entry()
    {
        var disk = new MemoryDisk();
        await Written(disk, 400);
        var (name, _) = disk.Segments()[1];
        SegmentLayout.TryParseFileName(name, out var first).ShouldBeTrue();
        disk.Tamper(name, bytes => bytes[SegmentLayout.HeaderBytes + 100] ^= 1);

        var reader = new LogReader(disk.Mount());
        Read(reader, 0, first);
        var fault = Should.Throw<UnreadableLogException>(() => Read(reader, 0, 400));
        fault.Message.ShouldContain(name);
        fault.Message.ShouldContain($"entry {first}");

        disk.Tamper(name, bytes => bytes.AsSpan(SegmentLayout.HeaderBytes, 8).Clear());
        Should.Throw<UnreadableLogException>(() => Read(new LogReader(disk.Mount()), first, first + 1)).Message.ShouldContain($"entry {first}");
    }

    [Fact]
    public async Task A_log_whose_first_segments_are_gone_is_read_from_where_it_begins()
    {
        var disk = new MemoryDisk();
        await Written(disk, 400);
        SegmentLayout.TryParseFileName(disk.Segments()[1].Name, out var first).ShouldBeTrue();
        disk.Remove(disk.Segments()[0].Name);

        var reader = new LogReader(disk.Mount());
        reader.FirstIndex.ShouldBe(first);
        Read(reader, first, 400);
        Should.Throw<ArgumentOutOfRangeException>(() => reader.Entries(first - 1, 400));
        reader.Backwards(400).Count().ShouldBe(400 - (int)first);
    }

    [Fact]
    public async Task Many_readers_find_their_entries_at_once()
    {
        var disk = new MemoryDisk();
        await Written(disk, 400);
        var reader = new LogReader(disk.Mount());

        Parallel.For(0, 2_000, i =>
        {
            var index = (ulong)(i * 7919 % 400);
            using var entries = reader.Entries(index, index + 1);
            entries.MoveNext().ShouldBeTrue();
            entries.Index.ShouldBe(index);
        });
    }

    [Fact]
    public async Task Reading_on_allocates_nothing_for_an_entry()
    {
        var disk = new MemoryDisk();
        await Written(disk, 400);
        var reader = new LogReader(disk.Mount());
        Read(reader, 0, 400);

        var few = Allocated(() => Read(reader, 0, 40));
        var many = Allocated(() => Read(reader, 0, 400));

        // What grows is a few objects for each of the dozen segments.
        (many - few).ShouldBeLessThan(40 * 360);
    }

    [Fact]
    public void A_folder_without_a_log_is_told_from_one_that_is_not_there()
    {
        var folder = Directory.CreateTempSubdirectory("log-reader-");
        try
        {
            Should.Throw<FileNotFoundException>(() => new LogReader(folder.FullName)).Message.ShouldContain("holds no segment file");
            Should.Throw<DirectoryNotFoundException>(() => new LogReader(folder.FullName + "-not"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static long Allocated(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Read(LogReader reader, ulong from, ulong to)
    {
        using var entries = reader.Entries(from, to);
        while (entries.MoveNext())
        {
        }
    }

    private static async Task<List<byte[]>> Written(MemoryDisk disk, int count)
    {
        await using var log = Some.Log(disk.Mount());
        var random = new Random(8);
        var bodies = Enumerable.Range(0, count).Select(_ => Some.Body(random)).ToList();
        foreach (var chunk in bodies.Chunk(7))
        {
            await log.AppendTogether(chunk);
        }

        return bodies;
    }
}
