using System.Security.Cryptography;
using Exchange.Audit.Proofs.Entries;
using Exchange.Audit.Proofs.Segments;
using Exchange.Format.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Benches.Micro.Audit.Verification;

/// <summary>A log in segment files as a node writes them, without its syncs: entries of a release, each of the same length.</summary>
internal static class GeneratedLog
{
    internal const string Origin = "exchange.test/node-1";

    /// <summary>Bytes of an entry: a release with consent, policy, registry, pseudonym, tag and a few fields.</summary>
    internal const int EntryBytes = 448;

    private const int SegmentBytes = 64 * 1024 * 1024;
    private const int IdBytes = 16;
    private const int TransferIdAt = 4; // Behind the kind and its own tag and length.
    private const int RequestIdAt = TransferIdAt + IdBytes + 2;

    private static readonly ByteString Bound = Filled(Digest.Size);

    /// <summary>Writes a log and returns its receipt key as PEM.</summary>
    internal static string Write(string folder, ulong entries, int groupEntries)
    {
        Directory.CreateDirectory(folder);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var keyId = KeyThumbprint.Of(key);
        var (state, random, templates) = (new LogState(), new Random(1), new Dictionary<int, byte[]>());
        var builder = new GroupBuilder(Origin, state, SegmentLayout.MaximumGroupBytes, groupEntries);
        var (previous, left) = (0UL, entries);
        while (left > 0)
        {
            using var file = new FileStream(Path.Combine(folder, SegmentLayout.FileName(state.Size)), FileMode.CreateNew);
            var header = new byte[SegmentLayout.HeaderBytes];
            var first = state.Size;
            new SegmentHeader { Origin = Origin, FileBytes = SegmentBytes, PreviousFirstIndex = previous, Before = state }.Write(header);
            file.Write(header);
            file.SetLength(SegmentBytes);
            while (left > 0 && file.Position + SegmentLayout.MaximumGroupBytes <= SegmentBytes)
            {
                for (; builder.Count < groupEntries && left > 0; left--)
                {
                    builder.Append(Body(templates, random, state.Size), new Digest(Bound.Span), Time(state.Size));
                }

                builder.Seal(key, keyId);
                file.Write(builder.Extent.Span);
            }

            previous = first;
        }

        return key.ExportSubjectPublicKeyInfoPem();
    }

    /// <summary>A body that makes an entry of <see cref="EntryBytes"/> at this index: a template, with ids of its own.</summary>
    private static byte[] Body(Dictionary<int, byte[]> templates, Random random, ulong index)
    {
        Span<byte> prefix = stackalloc byte[EntryCodec.MaximumPrefixBytes];
        var length = EntryBytes - EntryCodec.WritePrefix(prefix, index, default, Time(index));
        if (!templates.TryGetValue(length, out var body))
        {
            templates[length] = body = Template(length);
        }

        random.NextBytes(body.AsSpan(TransferIdAt, IdBytes));
        random.NextBytes(body.AsSpan(RequestIdAt, IdBytes));
        return body;
    }

    private static byte[] Template(int length)
    {
        var entry = new AuditEntry
        {
            Kind = EntryKind.Released,
            TransferId = Filled(IdBytes),
            RequestId = Filled(IdBytes),
            RequestExpireTime = Time(0).Microseconds,
            Consumer = "gov/tax",
            Provider = "market/bazaar",
            Dataset = "purchases.v1",
            Purpose = "d",
            LegalBasis = Exchange.Format.V1.LegalBasis.Consent,
            ObjectDigest = Bound,
            PayloadCommitment = Filled(Digest.Size),
            DescriptorDigest = Filled(Digest.Size),
            PolicyDigest = Filled(Digest.Size),
            RegistryDigest = Filled(Digest.Size),
            SubjectPseudonym = Filled(48),
            ConsentTag = Filled(48),
            FieldsAsked = Filled(3),
            FieldsReleased = Filled(3),
            PaddedSize = 4096,
        };
        entry.Purpose = new string('d', 1 + length - entry.CalculateSize());
        return entry.CalculateSize() == length ? entry.ToByteArray() : throw new InvalidOperationException($"An entry of {EntryBytes} bytes cannot be made so.");
    }

    private static Instant Time(ulong index) => new(1_795_000_000_000_000 + (long)index);

    private static ByteString Filled(int count) => ByteString.CopyFrom([.. Enumerable.Repeat((byte)0x5A, count)]);
}
