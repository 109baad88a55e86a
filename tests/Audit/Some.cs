using System.Security.Cryptography;
using Exchange.Audit.Proofs.Entries;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Proofs.Verification;
using Exchange.Audit.Storage;
using Exchange.Format.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Audit.Tests;

/// <summary>Builders of what the tests need, all seeded.</summary>
internal static class Some
{
    internal const string Origin = "exchange.test/node-1";

    /// <summary>The receipt key of all tests; one, because making keys costs more than most tests.</summary>
    internal static readonly ECDsa Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    internal static readonly ReceiptKeys Keys = KeysOf(Key);

    internal static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The smallest measures, so that a few entries fill a segment.</summary>
    internal static AuditLogOptions SmallOptions { get; } = new()
    {
        Origin = Origin,
        SegmentBytes = SegmentLayout.HeaderBytes + SegmentLayout.MinimumGroupBytes,
        MaximumGroupBytes = SegmentLayout.MinimumGroupBytes,
        MaximumGroupEntries = 64,
    };

    internal static ReceiptKeys KeysOf(ECDsa key)
    {
        var keys = new ReceiptKeys();
        keys.AddPem(key.ExportSubjectPublicKeyInfoPem());
        return keys;
    }

    internal static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>A release, or sometimes a refusal, with every field that such an entry has and none of the log's own.</summary>
    internal static AuditEntry Entry(Random random)
    {
        var entry = new AuditEntry
        {
            Kind = random.Next(4) == 0 ? EntryKind.Refused : EntryKind.Released,
            TransferId = ByteString.CopyFrom(Bytes(random, 16)),
            RequestId = ByteString.CopyFrom(Bytes(random, 16)),
            RequestExpireTime = Instant.From(Noon).Microseconds + random.Next(600_000_000),
            Consumer = "gov/tax",
            Provider = "market/bazaar",
            Dataset = "purchases.v1",
            Purpose = "deduction",
            LegalBasis = (Format.V1.LegalBasis)random.Next(1, 3),
            PolicyDigest = ByteString.CopyFrom(Bytes(random, 32)),
            RegistryDigest = ByteString.CopyFrom(Bytes(random, 32)),
            SubjectPseudonym = ByteString.CopyFrom(Bytes(random, 48)),
            SealedCause = ByteString.CopyFrom(Bytes(random, 18)),
            FieldsAsked = ByteString.CopyFrom([.. Bytes(random, 3), 1]),
            PageNumber = (uint)random.Next(3),
        };
        if (entry.Kind == EntryKind.Released)
        {
            entry.ObjectDigest = ByteString.CopyFrom(Bytes(random, 32));
            entry.PayloadCommitment = ByteString.CopyFrom(Bytes(random, 32));
            entry.PaddedSize = (ulong)random.Next(1, 1 << 20);
        }
        else
        {
            entry.Outcome = (uint)ErrorCode.RuleMissing;
        }

        return entry;
    }

    internal static byte[] Body(Random random) => Entry(random).ToByteArray();

    internal static byte[] ToBody(this AuditEntry entry) => entry.ToByteArray();

    /// <summary>A body of an exact length, for filling segments.</summary>
    internal static byte[] BodyOf(int bytes)
    {
        var entry = new AuditEntry { Kind = EntryKind.Administrative, Software = "x" };
        while (entry.CalculateSize() < bytes)
        {
            entry.Software += new string('x', Math.Max(1, bytes - entry.CalculateSize() - 4));
        }

        entry.CalculateSize().ShouldBe(bytes);
        return entry.ToByteArray();
    }

    internal static Digest Bound(ReadOnlySpan<byte> body)
    {
        EntryReader.TryReadBody(body, out var fields, out var problem).ShouldBeTrue(problem);
        return fields.BoundDigest;
    }

    internal static AuditLog Log(ILogStorage storage, AuditLogOptions? options = null, TimeProvider? clock = null, ECDsa? key = null) =>
        AuditLog.Open(options ?? SmallOptions, storage, key ?? Key, clock ?? new FakeClock(Noon));

    internal static ValueTask<AppendResult> Append(this AuditLog log, byte[] body, IReleaseGate? gate = null, bool isCritical = false) =>
        log.AppendAsync(body, Bound(body), gate, isCritical);

    internal static VerificationReport Verify(MemoryDisk disk, LogVerifierOptions? options = null) =>
        Verify(disk.Segments(), options);

    internal static VerificationReport Verify(IEnumerable<(string Name, byte[] Bytes)> segments, LogVerifierOptions? options = null)
    {
        using var verifier = new LogVerifier(options ?? new LogVerifierOptions { Keys = Keys });
        foreach (var (name, bytes) in segments)
        {
            if (!verifier.Add(new BytesSource(name, bytes)))
            {
                break;
            }
        }

        return verifier.Complete();
    }
}

/// <summary>A segment in memory.</summary>
internal sealed class BytesSource(string name, byte[] bytes) : ISegmentSource
{
    public string Name => name;

    public long Length => bytes.Length;

    public int Read(long offset, Span<byte> destination)
    {
        var count = (int)Math.Clamp(bytes.Length - offset, 0, destination.Length);
        bytes.AsSpan((int)Math.Min(offset, bytes.Length), count).CopyTo(destination);
        return count;
    }
}
