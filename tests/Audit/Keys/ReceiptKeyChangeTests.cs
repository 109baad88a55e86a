using System.Security.Cryptography;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Audit.Tests.Appending;
using Exchange.Format.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Audit.Tests.Keys;

/// <summary>A log goes on under another receipt key, and says so under the one that everybody knows.</summary>
public sealed class ReceiptKeyChangeTests : IDisposable
{
    private readonly ECDsa _next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly MemoryDisk _disk = new();

    private Digest Former { get; } = KeyThumbprint.Of(Some.Key);

    private Digest Present => KeyThumbprint.Of(_next);

    public void Dispose() => _next.Dispose();

    [Fact]
    public async Task The_former_key_signs_the_entry_of_the_change_and_the_present_one_what_follows()
    {
        await Live();
        await using (var log = Open(Some.Key))
        {
            (log.Size, log.ReceiptKeyId).ShouldBe((4ul, Present));
            (await log.Append(Some.BodyOf(30))).IsDurable.ShouldBeTrue();
            var change = AuditEntry.Parser.ParseFrom(log.ReadBackwards().ElementAt(1).Bytes.Span);
            (change.Kind, change.KeyUse).ShouldBe((EntryKind.KeyChanged, "receipt"));
            (new Digest(change.PreviousDigest.Span), new Digest(change.ChangeDigest.Span)).ShouldBe((Former, Present));
            Signers(log).ShouldBe([Former, Former, Present]);
        }

        using var both = Some.KeysOf(Some.Key);
        both.AddPem(_next.ExportSubjectPublicKeyInfoPem());
        Some.Verify(_disk, new() { Keys = both }).Problem.ShouldBeNull();
    }

    [Fact]
    public async Task Without_the_former_key_the_present_one_signs_the_entry_of_the_change()
    {
        await Live();
        await using var log = Open(former: null);
        log.Size.ShouldBe(4ul);
        Signers(log).ShouldBe([Former, Present]);
    }

    [Fact]
    public async Task The_change_is_said_once_also_after_a_crash_right_behind_it()
    {
        await Live();
        await using (var log = Open(Some.Key))
        {
            log.Size.ShouldBe(4ul);
        }

        await using (var log = Open(Some.Key))
        {
            log.Size.ShouldBe(4ul);
            await log.Append(Some.BodyOf(30));
        }

        await using (var log = Open(former: null))
        {
            log.Size.ShouldBe(5ul);
        }
    }

    [Fact]
    public async Task A_change_is_said_too_when_the_last_segment_is_empty()
    {
        await using (var log = Some.Log(_disk.Mount()))
        {
            await log.Append(Some.BodyOf(50_000));
            _disk.OnOperation = (_, name) => name == "create" ? MemoryDisk.Fault.Error : MemoryDisk.Fault.None;
            (await log.Append(Some.BodyOf(50_000))).Outcome.ShouldBe(ErrorCode.LogUnavailable);
        }

        _disk.OnOperation = (_, _) => MemoryDisk.Fault.None;
        await using var again = Open(Some.Key);
        (again.Recovery.Segments, again.Size).ShouldBe((2, 2ul));
        Signers(again).ShouldBe([Former, Former]);
    }

    [Fact]
    public async Task A_new_log_and_one_under_the_same_key_have_nothing_to_say()
    {
        await using (var log = Open(Some.Key))
        {
            log.Size.ShouldBe(0ul);
            await log.Append(Some.BodyOf(30));
        }

        await using var again = Open(Some.Key);
        again.Size.ShouldBe(1ul);
    }

    [Fact]
    public async Task A_last_group_that_the_former_key_did_not_sign_stops_the_start()
    {
        await Live();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var segment = _disk.Segments().Single();
        var key = segment.Bytes.AsSpan().LastIndexOf(Former.ToArray());
        var end = segment.Bytes.AsSpan().LastIndexOf("END\n"u8) - 4;
        _disk.Tamper(segment.Name, bytes =>
        {
            bytes[key + 40] ^= 1; // Within the signature; the check sum is made to fit again.
            var start = bytes.AsSpan(0, end).LastIndexOf("EXGB"u8);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(end), Proofs.Segments.Crc32C.Compute(bytes.AsSpan(start, end - start)));
        });

        Should.Throw<AuditLogDamagedException>(() => Open(Some.Key)).Problem.What.ShouldContain("signature");
        await Open(other).DisposeAsync(); // Nobody here knows that key: the change was not said under it.
    }

    private static Digest[] Signers(AuditLog log)
    {
        var signers = new List<Digest>();
        using var groups = log.Reader.Groups(0);
        while (groups.MoveNext())
        {
            signers.Add(groups.Current.Trailer.KeyId);
        }

        return [.. signers];
    }

    private async Task Live()
    {
        await using var log = Some.Log(_disk.Mount());
        (await log.AppendTogether([Some.BodyOf(20), Some.BodyOf(30), Some.BodyOf(40)])).ShouldAllBe(result => result.IsDurable);
    }

    private AuditLog Open(ECDsa? former)
    {
        var keys = new AuditLogKeys(_next) { FormerReceipt = former, ReceiptKeyChange = Entry };
        return AuditLog.Open(Some.SmallOptions, new AuditLogFiles(_disk.Mount()), keys, new FakeClock(Some.Noon));
    }

    internal static ReadOnlyMemory<byte> Entry(Digest former, Digest present) => new AuditEntry
    {
        Kind = EntryKind.KeyChanged,
        KeyUse = "receipt",
        PreviousDigest = ByteString.CopyFrom(former.ToArray()),
        ChangeDigest = ByteString.CopyFrom(present.ToArray()),
    }.ToBody();
}
