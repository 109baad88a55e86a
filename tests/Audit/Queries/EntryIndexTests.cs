using System.Security.Cryptography;
using Exchange.Audit.Proofs.Entries;
using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Queries;
using Exchange.Audit.Reading;
using Exchange.Format.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Audit.Tests.Queries;

/// <summary>A log of two files of the index and a tail, written without its appender.</summary>
public sealed class EntryIndexTests : IDisposable
{
    private const int Entries = (2 * 65_536) + 500;

    private static readonly Lazy<byte[]> Whole = new(() => Segment(Entries));

    private readonly string _folder = Directory.CreateTempSubdirectory("index-").FullName;
    private readonly Segments _segments = new(Whole.Value);

    public static TheoryData<string, EntryQuery> Queries => new()
    {
        { "consumer", new EntryQuery { Consumer = Consumer(3) } },
        { "rare purpose", new EntryQuery { Purpose = "rare" } },
        { "unknown purpose", new EntryQuery { Purpose = "never" } },
        { "transfer", new EntryQuery { TransferId = TransferOf(65_535) } },
        { "transfer in the tail", new EntryQuery { TransferId = TransferOf(Entries - 1) } },
        { "kinds", new EntryQuery { Kinds = [EntryKind.Started, EntryKind.Stopped] } },
        { "outcome", new EntryQuery { Outcome = ErrorCode.RuleMissing, Consumer = Consumer(1) } },
        { "everything", new EntryQuery { Consumer = Consumer(2), Provider = "p", Dataset = "purchases.v1", Purpose = "tax", Kinds = [EntryKind.Refused], Outcome = ErrorCode.RuleMissing } },
        { "range", new EntryQuery { Consumer = Consumer(1), From = 65_000, To = 66_000 } },
        { "times", new EntryQuery { Consumer = Consumer(1), Since = new Instant(1_000_000 + 131_000), Before = new Instant(1_000_000 + 131_100) } },
        { "times alone", new EntryQuery { Since = new Instant(1_000_000 + 10), Before = new Instant(1_000_000 + 20) } },
        { "a subject", new EntryQuery { Only = [5, 70_000, 70_001, 131_500], Consumer = Consumer(0) } },
        { "a test", new EntryQuery { Purpose = "rare", Test = (index, _) => index > 70_000 } },
    };

    [Theory]
    [MemberData(nameof(Queries))]
    public void The_index_finds_what_reading_the_whole_log_finds(string what, EntryQuery query)
    {
        var log = new LogReader(_segments);
        var expected = new EntryIndex(log, folder: null).Find(query).Select(entry => entry.Index).ToList();

        var found = new EntryIndex(log, _folder).Find(query).ToList();

        found.Select(entry => entry.Index).ShouldBe(expected, what);
        found.All(entry => entry.Bytes.Span.SequenceEqual(Read(log, entry.Index))).ShouldBeTrue();
        expected.Select(index => Matches(query, index)).ShouldAllBe(matches => matches);
        expected.Count.ShouldBe(Enumerable.Range(0, Entries).Count(index => Matches(query, (ulong)index)));
    }

    [Fact]
    public void Files_are_made_once_and_again_when_they_are_missing_damaged_or_another_logs()
    {
        var log = new LogReader(_segments);
        var query = new EntryQuery { Purpose = "rare" };
        var expected = new EntryIndex(log, folder: null).Find(query).Select(entry => entry.Index).ToList();
        new EntryIndex(log, _folder).Find(query).Count().ShouldBe(expected.Count);
        var files = Directory.GetFiles(_folder).Order(StringComparer.Ordinal).ToList();
        files.Count.ShouldBe(2);
        var whole = files.Select(File.ReadAllBytes).ToList();

        File.Delete(files[0]);
        Damage(files[1], at: IndexLayout.HeadBytes + 1);
        new EntryIndex(log, _folder).Find(query).Select(entry => entry.Index).ShouldBe(expected);
        files.Select(File.ReadAllBytes).ShouldBe(whole);

        File.WriteAllBytes(files[0], whole[0][..1000]);
        File.Copy(files[0], files[1], overwrite: true);
        new EntryIndex(log, _folder).Find(query).Select(entry => entry.Index).ShouldBe(expected);
        files.Select(File.ReadAllBytes).ShouldBe(whole);

        var other = new LogReader(new Segments(Segment(65_536, "another")));
        new EntryIndex(other, _folder).Find(query).ShouldBeEmpty("the index of another log is stale");
        File.ReadAllBytes(files[0]).ShouldNotBe(whole[0]);
    }

    [Fact]
    public void A_column_that_is_damaged_is_not_believed_and_the_folder_may_vanish()
    {
        var log = new LogReader(_segments);
        var query = new EntryQuery { Purpose = "rare" };
        var expected = new EntryIndex(log, folder: null).Find(query).Select(entry => entry.Index).ToList();
        var index = new EntryIndex(log, _folder);
        index.Build();
        foreach (var file in Directory.GetFiles(_folder))
        {
            Damage(file, at: (int)new FileInfo(file).Length - 400_000); // In the purposes.
        }

        index.Find(query).Select(entry => entry.Index).ShouldBe(expected);
        Directory.Delete(_folder, recursive: true);
        index.Find(query).Select(entry => entry.Index).ShouldBe(expected);
        index.Find(query).Select(entry => entry.Index).ShouldBe(expected);
    }

    [Fact]
    public void A_query_sees_all_that_the_log_had_when_it_began()
    {
        var size = 100UL;
        var log = new LogReader(_segments, () => size);
        var index = new EntryIndex(log, _folder);
        index.Find(new EntryQuery { Provider = "p" }).Count().ShouldBe(100);

        size = 70_000;
        var found = index.Find(new EntryQuery { Provider = "p" });
        size = Entries;

        found.Count().ShouldBe(70_000);
        index.Find(new EntryQuery { Provider = "p" }).Count().ShouldBe(Entries);
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static void Damage(string file, int at)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[at] ^= 0x55;
        File.WriteAllBytes(file, bytes);
    }

    private static byte[] Read(LogReader log, ulong index)
    {
        using var entries = log.Entries(index, index + 1);
        entries.MoveNext();
        return entries.Current.ToArray();
    }

    private static bool Matches(EntryQuery query, ulong index)
    {
        var entry = Entry(index, "tax");
        return (query.Consumer is null || query.Consumer == entry.Consumer)
            && (query.Purpose is null || query.Purpose == entry.Purpose)
            && (query.TransferId is null || query.TransferId.Value.Span.SequenceEqual(entry.TransferId.Span))
            && (query.Kinds.Count == 0 || query.Kinds.Contains(entry.Kind))
            && (query.Outcome is null || (uint)query.Outcome.Value == entry.Outcome)
            && index >= query.From && index < (query.To ?? ulong.MaxValue)
            && (query.Since is null || 1_000_000 + (long)index >= query.Since.Value.Microseconds)
            && (query.Before is null || 1_000_000 + (long)index < query.Before.Value.Microseconds)
            && (query.Only is null || query.Only.Contains(index))
            && (query.Test is null || query.Test(index, []));
    }

    private static string Consumer(ulong number) => $"spiffe://exchange.test/gov/{number}";

    private static byte[] TransferOf(ulong index) => SHA256.HashData(BitConverter.GetBytes(index))[..16];

    private static AuditEntry Entry(ulong index, string purpose) => new()
    {
        Kind = index % 1000 == 7 ? EntryKind.Started : index % 5 == 0 ? EntryKind.Refused : EntryKind.Released,
        TransferId = ByteString.CopyFrom(TransferOf(index)),
        Consumer = Consumer(index % 7),
        Provider = "p",
        Dataset = "purchases.v1",
        Purpose = index % 10_007 == 1 && purpose == "tax" ? "rare" : purpose,
        Outcome = index % 5 == 0 && index % 1000 != 7 ? (uint)ErrorCode.RuleMissing : 0,
    };

    /// <summary>One segment with groups of a thousand.</summary>
    private static byte[] Segment(int entries, string purpose = "tax")
    {
        var state = new LogState();
        var segment = new MemoryStream();
        var head = new byte[SegmentLayout.HeaderBytes];
        new SegmentHeader { Origin = Some.Origin, FileBytes = 1 << 28, PreviousFirstIndex = 0, Before = state }.Write(head);
        segment.Write(head);
        var builder = new GroupBuilder(Some.Origin, state, SegmentLayout.MaximumGroupBytes);
        for (var index = 0UL; index < (ulong)entries; index++)
        {
            builder.Append(Entry(index, purpose).ToByteArray(), Digest.Zero, new Instant(1_000_000 + (long)index));
            if (index % 1000 == 999 || index == (ulong)entries - 1)
            {
                builder.Seal(Some.Key, Digest.Zero);
                segment.Write(builder.Extent.Span);
            }
        }

        return segment.ToArray();
    }

    private sealed class Segments(byte[] segment) : ISegmentFiles
    {
        public string Location => "memory";

        public IReadOnlyList<string> List() => [SegmentLayout.FileName(0)];

        public ISegmentFile Open(string name) => new Opened(new BytesSource(name, segment));

        private sealed class Opened(BytesSource source) : ISegmentFile
        {
            public string Name => source.Name;

            public long Length => source.Length;

            public int Read(long offset, Span<byte> destination) => source.Read(offset, destination);

            public void Dispose()
            {
            }
        }
    }
}
