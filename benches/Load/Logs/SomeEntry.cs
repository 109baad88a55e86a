using Exchange.Audit.Proofs.Entries;
using Exchange.Format.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Benches.Load.Logs;

/// <summary>A release as a node logs it, 448 bytes long with the fields that the log adds.</summary>
internal static class SomeEntry
{
    internal const int Bytes = 448;

    internal static byte[] Body(Random random)
    {
        ByteString Some(int count)
        {
            var bytes = new byte[count];
            random.NextBytes(bytes);
            return ByteString.CopyFrom(bytes);
        }

        var entry = new AuditEntry
        {
            Kind = EntryKind.Released,
            TransferId = Some(16),
            RequestId = Some(16),
            RequestExpireTime = 1_790_000_000_000_000,
            Consumer = "gov/tax",
            Provider = "market/bazaar",
            Dataset = "purchases.v1",
            Purpose = "deduction",
            LegalBasis = Format.V1.LegalBasis.Consent,
            ObjectDigest = Some(32),
            PayloadCommitment = Some(32),
            DescriptorDigest = Some(32),
            PolicyDigest = Some(32),
            RegistryDigest = Some(32),
            SubjectPseudonym = Some(48),
            ConsentTag = Some(48),
            PaddedSize = 4096,
            Software = string.Empty,
        };

        // Index, hash of the entry before and time take about 50 bytes; the rest is filled.
        entry.Software = new string('x', Bytes - 50 - entry.CalculateSize() - 3);
        return entry.ToByteArray();
    }

    internal static Digest Bound(byte[] body) => EntryReader.TryReadBody(body, out var fields, out var problem) ? fields.BoundDigest : throw new InvalidDataException(problem);
}
