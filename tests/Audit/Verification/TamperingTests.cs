using System.Buffers.Binary;
using System.Security.Cryptography;
using Exchange.Audit.Proofs.Entries;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Proofs.Verification;
using Exchange.Audit.Tests.Appending;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Audit.Tests.Verification;

/// <summary>What somebody with the files, and without the receipt key, can do to a log; and who notices.</summary>
public sealed class TamperingTests : IAsyncLifetime
{
    private static readonly int[] GroupSizes = [3, 1, 4];

    private readonly MemoryDisk _disk = new();
    private readonly List<Receipt> _receipts = [];
    private byte[] _segment = [];
    private List<Span> _groups = [];
    private List<Span> _entries = [];

    public async Task InitializeAsync()
    {
        var random = new Random(1);
        await using var log = Some.Log(_disk.Mount());
        foreach (var size in GroupSizes)
        {
            var results = await log.AppendTogether(Enumerable.Range(0, size).Select(_ => Some.Body(random)));
            _receipts.AddRange(results.Select(result => Receipt.Parser.ParseFrom(ReceiptWriter.ToArray(result.Entry))));
        }

        _segment = _disk.Segments().Single().Bytes;
        (_groups, _entries) = Find(_segment);
        _entries.Count.ShouldBe(8);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public void A_file_of_holes_is_refused_without_being_read()
    {
        using var verifier = new LogVerifier(new LogVerifierOptions { Keys = Some.Keys });

        verifier.Add(new EndlessSource()).ShouldBeFalse();

        verifier.Complete().Problem!.Kind.ShouldBe(LogProblemKind.Segment);
    }

    [Fact]
    public void Every_flipped_byte_is_found_and_the_entry_named()
    {
        var random = new Random(2);
        for (var at = 0; at < _groups[^1].End; at++)
        {
            var changed = _segment.ToArray();
            changed[at] ^= (byte)random.Next(1, 256);
            var problem = Verify(changed).Problem;

            problem.ShouldNotBeNull($"byte {at}");
            var entry = _entries.FindIndex(span => span.Holds(at));
            var group = _groups.FindIndex(span => span.Holds(at));
            if (entry >= 0)
            {
                problem.EntryIndex.ShouldBe((ulong)entry, $"byte {at}: {problem}");
            }
            else
            {
                // Header, trailer and padding of a group are no entry's: its first is named. The segment's header names its first.
                problem.EntryIndex.ShouldBe((ulong)GroupSizes.Take(Math.Max(0, group)).Sum(), $"byte {at}: {problem}");
            }
        }
    }

    [Fact]
    public void Without_keys_every_flipped_byte_is_still_found()
    {
        var random = new Random(3);
        for (var at = 0; at < _groups[^1].End; at += 7)
        {
            var changed = _segment.ToArray();
            changed[at] ^= (byte)random.Next(1, 256);
            Some.Verify([(Name, changed)], new()).Problem.ShouldNotBeNull($"byte {at}");
        }
    }

    [Fact]
    public void Swapped_entries_are_found()
    {
        for (var first = 0; first < 2; first++)
        {
            var changed = _segment.ToArray();
            var (a, b) = (_entries[first], _entries[first + 1]);
            byte[] swapped = [.. _segment[b.Start..b.End], .. _segment[a.Start..a.End]];
            swapped.CopyTo(changed, a.Start);

            var problem = Verify(changed).Problem.ShouldNotBeNull();
            (problem.Kind, problem.EntryIndex).ShouldBe((LogProblemKind.Order, (ulong)first));
        }
    }

    [Fact]
    public void A_dropped_group_is_found()
    {
        var changed = _segment.ToArray();
        var (second, third) = (_groups[1], _groups[2]);
        changed.AsSpan(second.Start).Clear();
        _segment.AsSpan(third.Start, third.End - third.Start).CopyTo(changed.AsSpan(second.Start));

        Verify(changed).Problem.ShouldNotBeNull().EntryIndex.ShouldBe(3ul);
    }

    [Fact]
    public void A_group_of_zeros_before_another_is_damage_and_not_an_end()
    {
        var changed = _segment.ToArray();
        changed.AsSpan(_groups[1].Start, _groups[1].End - _groups[1].Start).Clear();

        var problem = Verify(changed).Problem.ShouldNotBeNull();
        (problem.Kind, problem.EntryIndex).ShouldBe((LogProblemKind.Framing, 3ul));
        problem.What.ShouldContain("later group");
    }

    [Fact]
    public void A_cut_end_is_found_by_a_receipt_or_a_size_and_by_nothing_else()
    {
        var changed = _segment.ToArray();
        changed.AsSpan(_groups[2].Start).Clear();

        Verify(changed).Problem.ShouldBeNull();
        var bySize = Some.Verify([(Name, changed)], new() { Keys = Some.Keys, MinimumSize = 8 }).Problem.ShouldNotBeNull();
        (bySize.Kind, bySize.EntryIndex).ShouldBe((LogProblemKind.Missing, 4ul));
        var byReceipt = Some.Verify([(Name, changed)], new() { Keys = Some.Keys, Receipts = [_receipts[1], _receipts[6]] }).Problem.ShouldNotBeNull();
        (byReceipt.Kind, byReceipt.EntryIndex).ShouldBe((LogProblemKind.Receipt, 6ul));
    }

    [Fact]
    public void A_file_that_was_cut_or_added_to_is_found()
    {
        Verify(_segment[.._groups[1].End]).Problem.ShouldNotBeNull().EntryIndex.ShouldBe(4ul);
        Verify(_segment[..^SegmentLayout.SectorBytes]).Problem.ShouldNotBeNull().EntryIndex.ShouldBe(8ul);
        Verify([.. _segment, .. new byte[SegmentLayout.SectorBytes]]).Problem.ShouldNotBeNull();
        Verify([]).Problem.ShouldNotBeNull().Kind.ShouldBe(LogProblemKind.Segment);
        Some.Verify([]).Problem.ShouldNotBeNull().Kind.ShouldBe(LogProblemKind.Missing);
    }

    [Fact]
    public void Garbage_after_the_end_is_found()
    {
        var changed = _segment.ToArray();
        new Random(4).NextBytes(changed.AsSpan(_groups[2].End, 3000));
        var problem = Verify(changed).Problem.ShouldNotBeNull();
        (problem.Kind, problem.EntryIndex, problem.Offset).ShouldBe((LogProblemKind.Framing, 8ul, _groups[2].End));

        // Behind a sector of zeros it is what a torn write leaves: no entry, and said so.
        var torn = _segment.ToArray();
        torn[_groups[2].End + SegmentLayout.SectorBytes] = 1;
        Verify(torn).ShouldSatisfyAllConditions(report => report.Problem.ShouldBeNull(), report => report.UnfinishedBytes.ShouldBe(SegmentLayout.SectorBytes + 1));
    }

    [Fact]
    public void A_forgery_that_fits_in_every_hash_but_lacks_the_key_is_found_by_the_signature_alone()
    {
        using var forger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var changed = Rewrite(forger, forgedKeyId: false);
        Some.Verify([(Name, changed)], new()).Problem.ShouldBeNull();
        var problem = Verify(changed).Problem.ShouldNotBeNull();
        (problem.Kind, problem.EntryIndex).ShouldBe((LogProblemKind.Signature, 0ul));

        Verify(Rewrite(forger, forgedKeyId: true)).Problem.ShouldNotBeNull().What.ShouldContain("not pinned");
    }

    [Fact]
    public void A_history_rewritten_with_the_key_is_found_by_an_earlier_receipt()
    {
        var changed = Rewrite(Some.Key, forgedKeyId: true);
        Verify(changed).Problem.ShouldBeNull();

        var problem = Some.Verify([(Name, changed)], new() { Keys = Some.Keys, Receipts = [_receipts[5]] }).Problem.ShouldNotBeNull();
        (problem.Kind, problem.EntryIndex).ShouldBe((LogProblemKind.Receipt, 5ul));
    }

    [Fact]
    public async Task A_missing_segment_is_found_and_what_remains_after_old_ones_were_removed_verifies()
    {
        var disk = new MemoryDisk();
        await using (var log = Some.Log(disk.Mount()))
        {
            for (var i = 0; i < 3; i++)
            {
                await log.Append(Some.BodyOf(50_000));
            }

            var removed = new AuditEntry { Kind = EntryKind.EntriesRemoved, MinimumIndex = 2, Software = new string('x', 50_000) };
            await log.Append(removed.ToBody());
        }

        var segments = disk.Segments();
        segments.Count.ShouldBe(4);
        var missing = Some.Verify([segments[0], segments[2], segments[3]]).Problem.ShouldNotBeNull();
        (missing.Kind, missing.EntryIndex).ShouldBe((LogProblemKind.Missing, 1ul));
        Some.Verify([segments[0], segments[1], segments[1]]).Problem.ShouldNotBeNull();

        var rest = Some.Verify(segments[2..]);
        rest.Problem.ShouldBeNull();
        (rest.FirstIndex, rest.Size).ShouldBe((2ul, 4ul));
        rest.TreeRoot.ShouldBe(Some.Verify(segments).TreeRoot);

        var unexplained = Some.Verify(segments[3..]).Problem.ShouldNotBeNull();
        (unexplained.Kind, unexplained.EntryIndex).ShouldBe((LogProblemKind.Missing, 2ul));
        Some.Verify(segments[3..], new() { Keys = Some.Keys, MayBePart = true }).Problem.ShouldBeNull();
    }

    [Fact]
    public void Another_log_is_not_taken_for_this_one()
    {
        Some.Verify([(Name, _segment)], new() { Keys = Some.Keys, ExpectedOrigin = "exchange.test/node-2" }).Problem.ShouldNotBeNull().Kind.ShouldBe(LogProblemKind.Segment);
        var foreign = _receipts[2].Clone();
        foreign.LogOrigin = "exchange.test/node-2";
        Some.Verify([(Name, _segment)], new() { Keys = Some.Keys, Receipts = [foreign] }).Problem.ShouldNotBeNull().Kind.ShouldBe(LogProblemKind.Receipt);
    }

    private static string Name => SegmentLayout.FileName(0);

    private static VerificationReport Verify(byte[] segment) => Some.Verify([(Name, segment)]);

    /// <summary>The same log with another actor in entry 1, everything after it hashed, chained and signed anew.</summary>
    private byte[] Rewrite(ECDsa key, bool forgedKeyId)
    {
        SegmentHeader.TryRead(_segment, out var header, out _).ShouldBeTrue();
        var state = new LogState();
        var builder = new GroupBuilder(header.Origin, state, SegmentLayout.MinimumGroupBytes);
        var rewritten = new byte[_segment.Length];
        _segment.AsSpan(0, SegmentLayout.HeaderBytes).CopyTo(rewritten);
        var (offset, index) = (SegmentLayout.HeaderBytes, 0);
        foreach (var size in GroupSizes)
        {
            for (var i = 0; i < size; i++, index++)
            {
                var (start, end) = _entries[index];
                var message = AuditEntry.Parser.ParseFrom(_segment.AsSpan(start + sizeof(ushort), end - start - sizeof(ushort)).ToArray());
                var time = new Instant(message.Time);
                (message.Index, message.PreviousLeafHash, message.Time) = (0, Google.Protobuf.ByteString.Empty, 0);
                message.Actor = index == 1 ? "ops/mallory" : message.Actor;
                var body = message.ToBody();
                builder.Append(body, Some.Bound(body), time);
            }

            builder.Seal(key, KeyThumbprint.Of(forgedKeyId ? key : Some.Key));
            builder.Extent.Span.CopyTo(rewritten.AsSpan(offset));
            offset += builder.Extent.Length;
        }

        return rewritten;
    }

    /// <summary>Finds groups and entries by the documented layout alone, not by the reader under test.</summary>
    private static (List<Span> Groups, List<Span> Entries) Find(byte[] segment)
    {
        var (groups, entries) = (new List<Span>(), new List<Span>());
        for (var at = 4096; BinaryPrimitives.ReadUInt32BigEndian(segment.AsSpan(at)) != 0; at = groups[^1].End)
        {
            var count = BinaryPrimitives.ReadInt32BigEndian(segment.AsSpan(at + 4));
            var end = at + 24;
            for (var i = 0; i < count; i++)
            {
                var length = BinaryPrimitives.ReadUInt16BigEndian(segment.AsSpan(end));
                entries.Add(new Span(end, end + 2 + length));
                end += 2 + length;
            }

            groups.Add(new Span(at, (end + 204 + 511) / 512 * 512));
        }

        return (groups, entries);
    }

    private readonly record struct Span(int Start, int End)
    {
        internal bool Holds(int at) => at >= Start && at < End;
    }

    private sealed class EndlessSource : ISegmentSource
    {
        public string Name => "00000000000000000000.segment";

        public long Length => 1L << 40;

        public int Read(long offset, Span<byte> destination) => throw new InvalidOperationException("Nothing of it needs to be read.");
    }
}
