using System.Security.Cryptography;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Envelopes;
using Exchange.Format.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Envelope.Tests;

/// <summary>A recipient, a node with a receipt key, and the envelopes between them.</summary>
internal sealed class SomeParties : IDisposable
{
    internal const string Origin = "exchange.test/node-1";

    internal static readonly MemberId Consumer = MemberId.Parse("spiffe://exchange.test/gov/tax-service/deductions");
    internal static readonly MemberId Provider = MemberId.Parse("spiffe://exchange.test/market/bazaar");

    internal SomeParties() => ReceiptKeyId = KeyThumbprint.Of(ReceiptKey);

    internal ECDiffieHellman EncryptionKey { get; } = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

    internal ECDsa ReceiptKey { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    internal RecipientKey Recipient => RecipientKey.FromParameters(EncryptionKey.ExportParameters(includePrivateParameters: false));

    internal Digest ReceiptKeyId { get; }

    internal EnvelopeOpener Opener => new(EncryptionKey, Consumer);

    public void Dispose()
    {
        EncryptionKey.Dispose();
        ReceiptKey.Dispose();
    }

    /// <summary>Checks with the node's receipt key as the only one trusted, and nothing remembered.</summary>
    internal EnvelopeVerdict Check(Format.V1.Envelope envelope)
    {
        var trusted = ReceiptKeyId;
        return EnvelopeCheck.Check(envelope, new ReceiptVerifier(), id => id == trusted ? ReceiptKey : null);
    }

    internal SealingContext NewContext() => SealingContext.Create(Recipient, Origin, Consumer);

    internal TransferHeader Header(TransferId id) => new()
    {
        FormatVersion = 1,
        TransferId = ByteString.CopyFrom(id.ToArray()),
        RequestId = ByteString.CopyFrom(RequestId.New().ToArray()),
        Origin = Origin,
        Provider = Provider.Value,
        Consumer = Consumer.Value,
        Dataset = "purchases",
        DescriptorDigest = ByteString.CopyFrom(Digest.Of("descriptor"u8).ToArray()),
        Purpose = "tax-deduction",
        IssueTime = 1_790_000_000_000_000,
        PolicyDigest = ByteString.CopyFrom(Digest.Of("policy"u8).ToArray()),
        RecipientKeyId = ByteString.CopyFrom(Recipient.KeyId.ToArray()),
        PageNumber = 1,
        LastPage = true,
    };

    /// <summary>Seals a plaintext as it is, sound or not.</summary>
    internal static Format.V1.Envelope Seal(SealingContext context, TransferHeader header, ReadOnlySpan<byte> plaintext)
    {
        TransferId.TryRead(header.TransferId.Span, out var id).ShouldBeTrue();
        return Seal(context, id, header.ToByteArray(), plaintext);
    }

    internal static Format.V1.Envelope Seal(SealingContext context, TransferId id, byte[] header, ReadOnlySpan<byte> plaintext)
    {
        var ciphertext = new byte[plaintext.Length + SealingContext.TagSize];
        plaintext.CopyTo(ciphertext);
        context.Seal(id, header, ciphertext.AsSpan(0, plaintext.Length), ciphertext.AsSpan(plaintext.Length));
        return new Format.V1.Envelope
        {
            Header = ByteString.CopyFrom(header),
            EncapsulatedKey = ByteString.CopyFrom(context.EncapsulatedKey.Span),
            Ciphertext = ByteString.CopyFrom(ciphertext),
        };
    }

    /// <summary>An envelope with these records, sealed as a node does and receipted in the middle of a batch of five.</summary>
    internal Format.V1.Envelope Sound(params byte[][] records)
    {
        using var context = NewContext();
        using var writer = new PlaintextWriter();
        foreach (var record in records)
        {
            record.CopyTo(writer.BeginRecord(record.Length));
            writer.EndRecord(record.Length);
        }

        writer.WriteTerms(new Terms { LegalBasis = Format.V1.LegalBasis.PublicTask, LegalReference = "Tax Code, article 93" });
        writer.Finish();
        var envelope = Seal(context, Header(TransferId.New()), writer.Plaintext);
        envelope.Receipt = Receipt(envelope, ReceiptKey);
        return envelope;
    }

    internal static Receipt Receipt(Format.V1.Envelope envelope, ECDsa key, int position = 2, int size = 5)
    {
        const ulong firstIndex = 41;
        var entryHash = Digest.Of("entry"u8);
        var digest = ObjectDigest.Compute(envelope.Header.Span, envelope.EncapsulatedKey.Span, envelope.Ciphertext.Span);
        var index = firstIndex + (ulong)position;
        var leaves = Enumerable.Range(0, size).Select(i => Digest.Of([(byte)i])).ToArray();
        leaves[position] = BatchStatement.LeafHash(Origin, index, entryHash, digest);
        var tree = new SmallTree(leaves);
        var statement = new byte[BatchStatement.Size];
        BatchStatement.Write(statement, (ulong)size, tree.Root);
        var path = new Digest[32];
        var length = tree.CopyPath(position, path);

        var receipt = new Receipt
        {
            LogOrigin = Origin,
            Index = index,
            LeafHash = ByteString.CopyFrom(entryHash.ToArray()),
            BatchPosition = (uint)position,
            BatchSize = (uint)size,
            BatchRoot = ByteString.CopyFrom(tree.Root.ToArray()),
            KeyId = ByteString.CopyFrom(KeyThumbprint.Of(key).ToArray()),
            Signature = ByteString.CopyFrom(key.SignData(statement, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)),
        };
        receipt.Path.AddRange(path[..length].Select(hash => ByteString.CopyFrom(hash.ToArray())));
        return receipt;
    }
}
