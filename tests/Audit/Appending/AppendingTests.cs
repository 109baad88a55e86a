using Exchange.Audit.Appending;
using Exchange.Audit.Proofs.Entries;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Audit.Proofs.Segments;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Audit.Tests.Appending;

public sealed class AppendingTests
{
    [Fact]
    public async Task An_appended_entry_verifies_with_its_receipt()
    {
        var disk = new MemoryDisk();
        var body = Some.Body(new Random(1));
        await using var log = Some.Log(disk.Mount());

        var result = await log.Append(body);

        result.Outcome.ShouldBe(ErrorCode.None);
        log.Size.ShouldBe(1ul);
        var receipt = Receipt.Parser.ParseFrom(ReceiptWriter.ToArray(result.Entry));
        new ReceiptVerifier().Verify(receipt, Some.Bound(body), Some.Keys.Find, Some.Origin).ShouldBe(ReceiptVerdict.Valid);
        var report = Some.Verify(disk, new() { Keys = Some.Keys, Receipts = [receipt], MinimumSize = 1 });
        report.Problem.ShouldBeNull();
        report.Size.ShouldBe(1ul);
        report.ReceiptsFound.ShouldBe(1);
    }

    [Fact]
    public async Task All_who_wait_share_one_write_one_sync_and_one_signature()
    {
        var disk = new MemoryDisk();
        var random = new Random(2);
        await using var log = Some.Log(disk.Mount());
        await log.Append(Some.Body(random)); // The first writes zeros ahead, too.
        var (operations, syncs) = (disk.Operations, disk.Syncs);

        var results = await log.AppendTogether(Enumerable.Range(0, 50).Select(_ => Some.Body(random)));

        results.ShouldAllBe(result => result.IsDurable);
        results.Select(result => result.Entry.Group).Distinct().Count().ShouldBe(1);
        results.Select(result => result.Entry.Position).ShouldBe(Enumerable.Range(0, 50));
        (disk.Operations - operations).ShouldBe(2);
        (disk.Syncs - syncs, log.Commits).ShouldBe((1, 2L));
        Some.Verify(disk).Groups.ShouldBe(2ul);
    }

    [Fact]
    public async Task Zeros_are_written_ahead_once_for_many_groups()
    {
        const int groups = 100;
        var (disk, random) = (new MemoryDisk(), new Random(3));
        var writes = 0;
        await using (var log = Some.Log(disk.Mount(), new() { Origin = Some.Origin, SegmentBytes = 8 * SegmentWriter.Ahead }))
        {
            disk.OnOperation = (_, operation) =>
            {
                writes += operation == "write" ? 1 : 0;
                return MemoryDisk.Fault.None;
            };
            for (var group = 0; group < groups; group++)
            {
                (await log.Append(Some.Body(random))).IsDurable.ShouldBeTrue();
            }
        }

        var written = disk.Segments().Single().Bytes.AsSpan().TrimEnd((byte)0).Length;
        writes.ShouldBe(groups + 1 + ((written - SegmentLayout.HeaderBytes) / SegmentWriter.Ahead));
        Some.Verify(disk).Groups.ShouldBe((ulong)groups);
    }

    [Fact]
    public async Task Nobody_is_told_of_an_entry_before_it_is_on_the_disk_nor_when_it_never_comes_there()
    {
        var disk = new MemoryDisk();
        var random = new Random(7);
        await using var log = Some.Log(disk.Mount());
        (await log.Append(Some.Body(random))).IsDurable.ShouldBeTrue();
        var seen = new List<(string, ulong)>();
        var fails = false;
        disk.OnOperation = (_, name) =>
        {
            seen.Add((name, log.Size));
            return fails && name == "sync" ? MemoryDisk.Fault.Error : MemoryDisk.Fault.None;
        };

        (await log.Append(Some.Body(random))).IsDurable.ShouldBeTrue();

        seen.ShouldBe([("write", 1ul), ("sync", 1ul)]);
        log.Size.ShouldBe(2ul);
        fails = true;
        (await log.Append(Some.Body(random))).Outcome.ShouldBe(ErrorCode.LogUnavailable);
        log.Size.ShouldBe(2ul);
        log.ReadBackwards().First().Index.ShouldBe(1ul);
    }

    [Fact]
    public async Task Many_callers_at_once_each_get_a_receipt_that_verifies()
    {
        const int Callers = 64;
        const int Each = 100;
        var disk = new MemoryDisk();
        var options = Some.SmallOptions with { SegmentBytes = 16 << 20 };
        await using var log = Some.Log(disk.Mount(), options);
        var syncs = disk.Syncs;

        var all = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            var results = new List<(byte[] Body, AppendResult Result)>();
            for (var i = 0; i < Each; i++)
            {
                var body = Some.Body(random);
                results.Add((body, await log.Append(body)));
            }

            return results;
        })));

        var verifier = new ReceiptVerifier();
        var entries = all.SelectMany(results => results).ToList();
        foreach (var (body, result) in entries)
        {
            var receipt = Receipt.Parser.ParseFrom(ReceiptWriter.ToArray(result.Entry));
            verifier.Verify(receipt, Some.Bound(body), Some.Keys.Find).ShouldBe(ReceiptVerdict.Valid);
        }

        entries.Select(entry => entry.Result.Entry.Index).Order().ShouldBe(Enumerable.Range(0, Callers * Each).Select(i => (ulong)i));
        var groups = entries.Select(entry => entry.Result.Entry.Group).Distinct().Count();
        (disk.Syncs - syncs).ShouldBe(groups);
        var report = Some.Verify(disk);
        report.Problem.ShouldBeNull();
        (report.Size, report.Groups).ShouldBe(((ulong)entries.Count, (ulong)groups));
    }

    [Fact]
    public async Task A_rejected_entry_leaves_no_trace()
    {
        var disk = new MemoryDisk();
        await using var log = Some.Log(disk.Mount());
        var operations = disk.Operations;

        (await log.Append(Some.Body(new Random(3)), new Gate(() => ErrorCode.ConsentWithdrawn))).Outcome.ShouldBe(ErrorCode.ConsentWithdrawn);
        (await log.Append(Some.Body(new Random(4)), new Gate(() => throw new InvalidOperationException()))).Outcome.ShouldBe(ErrorCode.InternalFault);

        (disk.Operations, log.Size).ShouldBe((operations, 0ul));
        (await log.Append(Some.Body(new Random(5)))).Entry.Index.ShouldBe(0ul);
    }

    [Fact]
    public async Task No_release_stands_behind_the_withdrawal_that_its_gate_knows()
    {
        var disk = new MemoryDisk();
        await using var log = Some.Log(disk.Mount(), Some.SmallOptions with { SegmentBytes = 16 << 20 });
        var isWithdrawn = 0;
        var gate = new Gate(() => Volatile.Read(ref isWithdrawn) == 0 ? ErrorCode.None : ErrorCode.ConsentWithdrawn);

        var releases = Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            AppendResult result;
            var last = -1L;
            while ((result = await log.Append(Some.Body(random), gate)).IsDurable)
            {
                last = (long)result.Entry.Index;
            }

            return last;
        })).ToArray();
        Volatile.Write(ref isWithdrawn, 1);
        var withdrawal = await log.Append(new AuditEntry { Kind = EntryKind.ConsentWithdrawn }.ToBody());

        // The gate closed before the withdrawal was appended, so whatever passed it stands before.
        (await Task.WhenAll(releases)).ShouldAllBe(last => last < (long)withdrawal.Entry.Index);
    }

    [Fact]
    public async Task A_clock_that_was_slewed_repeats_the_last_time_and_one_set_back_refuses_until_it_has_caught_up()
    {
        var disk = new MemoryDisk();
        var clock = new FakeClock(Some.Noon);
        var random = new Random(6);
        await using var log = Some.Log(disk.Mount(), clock: clock);
        var noon = Instant.From(Some.Noon);
        (await log.Append(Some.Body(random))).Entry.Time.ShouldBe(noon);

        clock.Step(-TimeSpan.FromSeconds(1));
        (await log.Append(Some.Body(random))).Entry.Time.ShouldBe(noon);
        clock.Step(-TimeSpan.FromMicroseconds(1));
        (await log.Append(Some.Body(random))).Outcome.ShouldBe(ErrorCode.ClockRanBack);
        clock.Advance(TimeSpan.FromSeconds(3));
        (await log.Append(Some.Body(random))).Entry.ShouldSatisfyAllConditions(entry => entry.Index.ShouldBe(2ul), entry => (entry.Time > noon).ShouldBeTrue());

        Some.Verify(disk).Problem.ShouldBeNull();
    }

    [Fact]
    public async Task A_body_that_is_no_canonical_entry_or_binds_something_else_is_the_callers_fault()
    {
        await using var log = Some.Log(new MemoryDisk().Mount());
        var body = Some.Body(new Random(7));

        Should.Throw<ArgumentException>(() => log.AppendAsync(body.AsMemory(..^1), Some.Bound(body)).AsTask());
        Should.Throw<ArgumentException>(() => log.AppendAsync(new AuditEntry { Index = 4, Kind = EntryKind.Started }.ToBody(), Digest.Zero).AsTask());
        Should.Throw<ArgumentException>(() => log.AppendAsync(body, Digest.Of(body)).AsTask());
        log.Size.ShouldBe(0ul);
    }

    [Fact]
    public async Task The_longest_entry_fits_and_a_longer_one_is_refused()
    {
        var disk = new MemoryDisk();
        await using var log = Some.Log(disk.Mount());

        (await log.Append(Some.BodyOf(EntryCodec.MaximumBodyBytes))).IsDurable.ShouldBeTrue();
        var longer = new AuditEntry { Kind = EntryKind.Administrative, Software = new string('x', EntryCodec.MaximumBodyBytes) }.ToBody();
        Should.Throw<ArgumentException>(() => log.AppendAsync(longer, Digest.Zero).AsTask());
        (await log.Append(Some.BodyOf(EntryCodec.MaximumBodyBytes))).IsDurable.ShouldBeTrue();

        var report = Some.Verify(disk);
        report.Problem.ShouldBeNull();
        (report.Size, report.Segments).ShouldBe((2ul, 2));
    }

    [Fact]
    public async Task A_full_disk_refuses_but_leaves_room_for_what_is_critical_and_recovers_when_there_is_room()
    {
        var disk = new MemoryDisk();
        var clock = new FakeClock(Some.Noon);
        await using var log = Some.Log(disk.Mount(), clock: clock);
        var half = Some.BodyOf(40_000);

        // The first segment is in use, the second in reserve; with the third there is no room for a reserve.
        disk.IsFull = true;
        (await log.Append(half)).IsDurable.ShouldBeTrue();
        (await log.Append(half, isCritical: true)).IsDurable.ShouldBeTrue();
        (await log.Append(Some.BodyOf(20))).Outcome.ShouldBe(ErrorCode.LogUnavailable);
        (await log.Append(Some.BodyOf(20), isCritical: true)).IsDurable.ShouldBeTrue();
        (await log.Append(half, isCritical: true)).Outcome.ShouldBe(ErrorCode.LogUnavailable);
        log.Fault.ShouldBeNull();

        disk.IsFull = false;
        (await log.Append(half)).Outcome.ShouldBe(ErrorCode.LogUnavailable);
        clock.Advance(Some.SmallOptions.RoomRetryInterval);
        (await log.Append(half)).IsDurable.ShouldBeTrue();
        Some.Verify(disk).ShouldSatisfyAllConditions(report => report.Problem.ShouldBeNull(), report => report.Size.ShouldBe(4ul));
    }

    [Fact]
    public async Task Who_comes_after_the_end_is_refused_and_who_waits_is_served()
    {
        var disk = new MemoryDisk();
        var log = Some.Log(disk.Mount());
        (await log.AppendTogether([Some.BodyOf(20), Some.BodyOf(30)])).ShouldAllBe(result => result.IsDurable);
        await log.DisposeAsync();

        (await log.Append(Some.BodyOf(20))).Outcome.ShouldBe(ErrorCode.ShuttingDown);
        Some.Verify(disk).Size.ShouldBe(2ul);
    }

    [Fact]
    public async Task Entries_are_read_back_newest_first_across_segments()
    {
        var disk = new MemoryDisk();
        await using var log = Some.Log(disk.Mount());
        var random = new Random(8);
        var bodies = Enumerable.Range(0, 400).Select(_ => Some.Body(random)).ToList();
        foreach (var chunk in bodies.Chunk(7))
        {
            await log.AppendTogether(chunk);
        }

        var read = log.ReadBackwards().ToList();

        disk.Segments().Count.ShouldBeGreaterThan(2);
        read.Select(entry => entry.Index).ShouldBe(Enumerable.Range(0, 400).Reverse().Select(i => (ulong)i));
        read.All(entry => entry.Bytes.Span.EndsWith(bodies[(int)entry.Index])).ShouldBeTrue();
    }

    private sealed class Gate(Func<ErrorCode> check) : IReleaseGate
    {
        public ErrorCode Check() => check();
    }
}
