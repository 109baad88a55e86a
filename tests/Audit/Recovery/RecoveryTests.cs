using System.Security.Cryptography;
using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Tests.Appending;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Audit.Tests.Recovery;

public sealed class RecoveryTests
{
    private static readonly Random Random = new(1);

    [Fact]
    public async Task A_new_log_says_so_and_a_closed_one_goes_on_where_it_stood()
    {
        var disk = new MemoryDisk();
        Digest last;
        await using (var log = Some.Log(disk.Mount()))
        {
            (log.Recovery.IsNew, log.Recovery.IsUnclean, log.Size).ShouldBe((true, false, 0ul));
            await log.Append(Some.Body(Random));
            last = (await log.Append(new AuditEntry { Kind = EntryKind.Stopped }.ToBody())).Entry.LeafHash;
        }

        await using var again = Some.Log(disk.Mount());

        (again.Recovery.IsNew, again.Recovery.IsUnclean, again.Recovery.CutBytes, again.Size).ShouldBe((false, false, 0L, 2ul));
        (await again.Append(new AuditEntry { Kind = EntryKind.Started }.ToBody())).Entry.Index.ShouldBe(2ul);
        var started = AuditEntry.Parser.ParseFrom(again.ReadBackwards().First().Bytes.Span);
        started.PreviousLeafHash.ToByteArray().ShouldBe(last.ToArray());
    }

    [Fact]
    public async Task A_log_that_does_not_end_with_a_stop_was_not_closed_in_order_even_when_its_last_segment_is_empty()
    {
        var disk = new MemoryDisk();
        await using (var log = Some.Log(disk.Mount()))
        {
            await log.Append(Some.BodyOf(50_000));
            disk.OnOperation = (_, name) => name == "create" ? MemoryDisk.Fault.Error : MemoryDisk.Fault.None;
            (await log.Append(Some.BodyOf(50_000))).Outcome.ShouldBe(ErrorCode.LogUnavailable);
        }

        disk.OnOperation = (_, _) => MemoryDisk.Fault.None;
        await using var again = Some.Log(disk.Mount());

        (again.Recovery.Segments, again.Recovery.Size, again.Recovery.IsUnclean).ShouldBe((2, 1ul, true));
        (await again.Append(Some.BodyOf(50_000))).Entry.Index.ShouldBe(1ul);
        Some.Verify(disk).ShouldSatisfyAllConditions(report => report.Problem.ShouldBeNull(), report => report.Segments.ShouldBe(2));
    }

    [Fact]
    public async Task A_flipped_byte_anywhere_in_the_last_segment_stops_the_start_and_changes_nothing()
    {
        var (disk, groups) = await ThreeGroups();
        var original = disk.Segments().Single();
        var refused = 0;
        for (var at = 0; at < groups; at += 17)
        {
            var flip = (byte)Random.Next(1, 256);
            disk.Tamper(original.Name, bytes => bytes[at] ^= flip);

            var damaged = Should.Throw<AuditLogDamagedException>(() => Some.Log(disk.Mount()), $"byte {at}");
            damaged.Problem.Segment.ShouldBe(original.Name);
            disk.Tamper(original.Name, bytes => bytes[at] ^= flip);
            disk.Segments().Single().Bytes.AsSpan().SequenceEqual(original.Bytes).ShouldBeTrue();
            refused++;
        }

        refused.ShouldBeGreaterThan(200);
        await using var log = Some.Log(disk.Mount());
        log.Size.ShouldBe(9ul);
    }

    [Fact]
    public async Task Only_the_final_group_may_be_unfinished()
    {
        var (disk, groups) = await ThreeGroups();
        var name = disk.Segments().Single().Name;
        var second = SegmentLayout.HeaderBytes + ((groups - SegmentLayout.HeaderBytes) / 3);

        disk.Tamper(name, bytes => bytes.AsSpan(groups - SegmentLayout.SectorBytes, SegmentLayout.SectorBytes).Clear());
        await using (var log = Some.Log(disk.Mount()))
        {
            log.Size.ShouldBe(6ul);
            log.Recovery.CutBytes.ShouldBeGreaterThan(0);
            log.Recovery.IsUnclean.ShouldBeTrue();
        }

        Some.Verify(disk).UnfinishedBytes.ShouldBe(0);
        disk.Tamper(name, bytes => bytes.AsSpan(second - SegmentLayout.SectorBytes, SegmentLayout.SectorBytes).Clear());
        var damaged = Should.Throw<AuditLogDamagedException>(() => Some.Log(disk.Mount()));
        damaged.Problem.EntryIndex.ShouldBeLessThan(3ul);
    }

    [Fact]
    public async Task Missing_renamed_foreign_and_shortened_segments_stop_the_start()
    {
        var disk = new MemoryDisk();
        await using (var log = Some.Log(disk.Mount()))
        {
            for (var i = 0; i < 3; i++)
            {
                await log.Append(Some.BodyOf(50_000));
            }
        }

        Should.Throw<AuditLogDamagedException>(() => Some.Log(disk.Mount(), Some.SmallOptions with { Origin = "exchange.test/node-2" }))
            .Problem.What.ShouldContain("exchange.test/node-1");
        disk.Remove(SegmentLayout.FileName(1));
        Should.Throw<AuditLogDamagedException>(() => Some.Log(disk.Mount()))
            .Problem.ShouldSatisfyAllConditions(problem => problem.Segment.ShouldBe(SegmentLayout.FileName(2)), problem => problem.What.ShouldContain("missing"));
    }

    [Fact]
    public async Task A_log_that_another_key_pretends_to_have_signed_stops_the_start_and_a_new_key_goes_on()
    {
        var (disk, _) = await ThreeGroups();
        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using (var log = Some.Log(disk.Mount(), key: next))
        {
            (await log.Append(new AuditEntry { Kind = EntryKind.KeyChanged }.ToBody())).IsDurable.ShouldBeTrue();
        }

        using var both = Some.KeysOf(Some.Key);
        both.AddPem(next.ExportSubjectPublicKeyInfoPem());
        Some.Verify(disk, new() { Keys = both }).Problem.ShouldBeNull();
        Some.Verify(disk).Problem.ShouldNotBeNull().EntryIndex.ShouldBe(9ul);
    }

    [Fact]
    public void Options_out_of_range_name_the_option()
    {
        Should.Throw<ArgumentException>(() => Some.Log(new MemoryDisk().Mount(), Some.SmallOptions with { Origin = "two words" })).Message.ShouldContain("two words");
        Should.Throw<ArgumentException>(() => Some.Log(new MemoryDisk().Mount(), Some.SmallOptions with { SegmentBytes = 4096 })).Message.ShouldContain("SegmentBytes is 4096");
        Should.Throw<ArgumentException>(() => Some.Log(new MemoryDisk().Mount(), Some.SmallOptions with { MaximumGroupEntries = 0 })).Message.ShouldContain("MaximumGroupEntries");
        Should.Throw<IOException>(() => Some.Log(new MemoryDisk { IsFull = true }.Mount())).Message.ShouldContain("no room");
    }

    /// <summary>A log of three groups of three, and where the last ends.</summary>
    private static async Task<(MemoryDisk Disk, int End)> ThreeGroups()
    {
        var disk = new MemoryDisk();
        await using (var log = Some.Log(disk.Mount()))
        {
            for (var group = 0; group < 3; group++)
            {
                (await log.AppendTogether([Some.BodyOf(600), Some.BodyOf(700), Some.BodyOf(800)])).ShouldAllBe(result => result.IsDurable);
            }
        }

        var end = disk.Segments().Single().Bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        return (disk, (end + SegmentLayout.SectorBytes - 1) / SegmentLayout.SectorBytes * SegmentLayout.SectorBytes);
    }
}
