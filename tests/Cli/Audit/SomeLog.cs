using System.Globalization;
using System.Security.Cryptography;
using Exchange.Audit;
using Exchange.Audit.Export;
using Exchange.Audit.Proofs.Checkpoints;
using Exchange.Audit.Proofs.Entries;
using Exchange.Audit.Proofs.Notes;
using Exchange.Audit.Proofs.Tiles;
using Exchange.Audit.Reading;
using Exchange.Audit.Storage;
using Exchange.Format.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Cli.Tests.Audit;

/// <summary>A node's data folder with a log of releases and refusals, one a second from noon, and a checkpoint.</summary>
internal sealed class SomeLog : IDisposable
{
    internal const string Origin = "exchange.test/node-1";
    internal const string Tax = "spiffe://exchange.test/gov/tax";
    internal const string Health = "spiffe://exchange.test/gov/health";
    internal const string Bazaar = "spiffe://exchange.test/market/bazaar";

    internal static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private readonly byte _policy;

    private SomeLog(byte policy) => (Data, _policy) = (_folder.File("data"), policy);

    internal string Data { get; }

    internal NoteKey CheckpointKey => EcdsaNoteKey.Of(Origin, _key);

    internal string ReceiptKeyFile => File("receipt.pub.pem");

    internal string File(string name) => _folder.File(name);

    /// <summary>A log of so many entries; a checkpoint at its end unless it is to have none; logs of several policies differ.</summary>
    internal static async Task<SomeLog> Of(int entries, bool isSigned = true, byte policy = 7)
    {
        var log = new SomeLog(policy);
        await System.IO.File.WriteAllTextAsync(log.ReceiptKeyFile, log._key.ExportSubjectPublicKeyInfoPem());
        await log.Append(entries);
        if (isSigned)
        {
            log.Sign();
        }

        return log;
    }

    internal async Task Append(int entries)
    {
        Directory.CreateDirectory(Data);
        var clock = new SteppingClock();
        await using var log = AuditLog.Open(new AuditLogOptions { Origin = Origin, SegmentBytes = 1 << 20, MaximumGroupBytes = 1 << 17 }, new FileLogStorage(Path.Combine(Data, "log")), _key, clock);
        clock.Now = Noon.AddSeconds(log.Size);
        for (var index = log.Size; entries > 0; index++, entries--)
        {
            var body = Body(index);
            (await log.AppendAsync(body, Bound(body))).IsDurable.ShouldBeTrue();
            clock.Now = clock.Now.AddSeconds(1);
        }
    }

    /// <summary>Signs a checkpoint over what is there.</summary>
    internal void Sign()
    {
        var reader = new LogReader(Path.Combine(Data, "log"));
        using var tiles = ComputedTiles.Of(reader, reader.Size, File("tiles-for-signing"));
        var note = new Checkpoint(Origin, reader.Size, new TiledTree(tiles, reader.Size).Root(reader.Size)).Sign(EcdsaNoteKey.Signer(Origin, _key));
        var folder = Directory.CreateDirectory(Path.Combine(Data, "checkpoints")).FullName;
        System.IO.File.WriteAllBytes(Path.Combine(folder, reader.Size.ToString("D20", CultureInfo.InvariantCulture)), note.ToBytes());
    }

    public void Dispose()
    {
        _key.Dispose();
        _folder.Dispose();
    }

    /// <summary>Every tenth is refused, every third is for health, every hundredth has a purpose of its own.</summary>
    internal AuditEntry Entry(ulong index)
    {
        var random = new Random((int)index);
        var entry = new AuditEntry
        {
            Kind = index % 10 == 0 ? EntryKind.Refused : EntryKind.Released,
            TransferId = Id(index),
            RequestId = Some(random, 16),
            Consumer = index % 3 == 0 ? Health : Tax,
            Provider = Bazaar,
            Dataset = "purchases.v1",
            Purpose = index % 100 == 0 ? "statistics" : "tax-deduction",
            PolicyDigest = ByteString.CopyFrom([.. Enumerable.Repeat(_policy, 32)]),
            SubjectPseudonym = Some(random, 48),
        };
        if (entry.Kind == EntryKind.Refused)
        {
            entry.Outcome = (uint)ErrorCode.RuleMissing;
        }
        else
        {
            entry.ObjectDigest = Some(random, 32);
            entry.LegalBasis = Format.V1.LegalBasis.LegalObligation;
        }

        return entry;
    }

    internal static ByteString Id(ulong index) => Some(new Random((int)index + 1_000_000), 16);

    private byte[] Body(ulong index) => Entry(index).ToByteArray();

    private static Digest Bound(byte[] body)
    {
        EntryReader.TryReadBody(body, out var fields, out var problem).ShouldBeTrue(problem);
        return fields.BoundDigest;
    }

    private static ByteString Some(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return ByteString.CopyFrom(bytes);
    }

    private sealed class SteppingClock : TimeProvider
    {
        internal DateTimeOffset Now { get; set; } = Noon;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
