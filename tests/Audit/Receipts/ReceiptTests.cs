using System.Buffers;
using System.Security.Cryptography;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Format.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Audit.Tests.Receipts;

public sealed class ReceiptTests
{
    private static readonly Digest[] Bounds = [.. Enumerable.Range(0, 13).Select(i => Digest.Of([(byte)i]))];

    [Fact]
    public void The_writer_writes_what_the_message_would()
    {
        foreach (var entry in Batch(out _))
        {
            var bytes = ReceiptWriter.ToArray(entry);
            var buffer = new ArrayBufferWriter<byte>();
            ReceiptWriter.Write(buffer, entry);

            var message = Receipt.Parser.ParseFrom(bytes);
            message.ToByteArray().ShouldBe(bytes);
            buffer.WrittenSpan.ToArray().ShouldBe(bytes);
            (message.LogOrigin, message.Index, message.BatchPosition, message.BatchSize)
                .ShouldBe((Some.Origin, entry.Index, (uint)entry.Position, (uint)Bounds.Length));
            message.Path.Count.ShouldBeInRange(1, 4);
        }
    }

    [Fact]
    public void Every_flipped_bit_of_a_receipt_is_rejected()
    {
        var entry = Batch(out _)[9];
        var bytes = ReceiptWriter.ToArray(entry);
        var verifier = new ReceiptVerifier();
        verifier.Verify(Receipt.Parser.ParseFrom(bytes), Bounds[9], Some.Keys.Find).ShouldBe(ReceiptVerdict.Valid);
        for (var bit = 0; bit < 8 * bytes.Length; bit++)
        {
            var changed = bytes.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Receipt receipt;
            try
            {
                receipt = Receipt.Parser.ParseFrom(changed);
            }
            catch (InvalidProtocolBufferException)
            {
                continue;
            }

            verifier.Verify(receipt, Bounds[9], Some.Keys.Find).ShouldNotBe(ReceiptVerdict.Valid, $"bit {bit}");
        }
    }

    [Fact]
    public void Each_verdict_names_what_is_wrong()
    {
        var good = Receipt.Parser.ParseFrom(ReceiptWriter.ToArray(Batch(out _)[2]));
        Verdict(_ => { }).ShouldBe(ReceiptVerdict.Valid);
        Verdict(receipt => receipt.BatchSize = 0).ShouldBe(ReceiptVerdict.Malformed);
        Verdict(receipt => receipt.Path.RemoveAt(0)).ShouldBe(ReceiptVerdict.Malformed);
        Verdict(receipt => receipt.Signature = ByteString.Empty).ShouldBe(ReceiptVerdict.Malformed);
        Verdict(receipt => receipt.LogOrigin = "exchange.test/node-2", "exchange.test/node-1").ShouldBe(ReceiptVerdict.OriginUnexpected);
        Verdict(receipt => receipt.Index++).ShouldBe(ReceiptVerdict.RootMismatch);
        Verdict(receipt => receipt.KeyId = ByteString.CopyFrom(new byte[32])).ShouldBe(ReceiptVerdict.KeyUnknown);
        Verdict(receipt => receipt.Signature = ByteString.CopyFrom(new byte[64])).ShouldBe(ReceiptVerdict.SignatureInvalid);
        new ReceiptVerifier().Verify(good, Bounds[3], Some.Keys.Find).ShouldBe(ReceiptVerdict.RootMismatch);

        ReceiptVerdict Verdict(Action<Receipt> change, string? origin = null)
        {
            var receipt = good.Clone();
            change(receipt);
            return new ReceiptVerifier().Verify(receipt, Bounds[2], Some.Keys.Find, origin);
        }
    }

    [Fact]
    public void A_batch_costs_one_verification_and_a_key_no_longer_trusted_vouches_for_nothing()
    {
        var verifier = new ReceiptVerifier();
        using var key = new CountingKey(Some.Key.ExportParameters(false));
        foreach (var entry in Batch(out _))
        {
            verifier.Verify(Receipt.Parser.ParseFrom(ReceiptWriter.ToArray(entry)), Bounds[entry.Position], _ => key).ShouldBe(ReceiptVerdict.Valid);
        }

        key.Verifications.ShouldBe(1);
        var first = Receipt.Parser.ParseFrom(ReceiptWriter.ToArray(Batch(out _)[0]));
        verifier.Verify(first, Bounds[0], _ => null).ShouldBe(ReceiptVerdict.KeyUnknown);
    }

    [Fact]
    public void A_key_id_is_the_thumbprint_of_RFC_7638()
    {
        // The example key of RFC 7517, appendix A.1, and the thumbprint of its members in the order of RFC 7638, section 3.2.
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint
            {
                X = System.Buffers.Text.Base64Url.DecodeFromChars("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"),
                Y = System.Buffers.Text.Base64Url.DecodeFromChars("4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"),
            },
        });

        System.Buffers.Text.Base64Url.EncodeToString(KeyThumbprint.Of(key).ToArray()).ShouldBe("cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s");
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Should.Throw<ArgumentException>(() => KeyThumbprint.Of(other));
    }

    private static AppendedEntry[] Batch(out GroupCommit group)
    {
        var leaves = Bounds.Select((bound, i) => BatchStatement.LeafHash(Some.Origin, (ulong)(100 + i), LeafHash(i), bound)).ToArray();
        var commit = GroupCommit.Sign(Some.Origin, leaves, Some.Key, KeyThumbprint.Of(Some.Key));
        group = commit;
        return [.. Bounds.Select((_, i) => new AppendedEntry((ulong)(100 + i), Instant.From(Some.Noon), LeafHash(i), commit, i))];
    }

    private static Digest LeafHash(int i) => TreeHash.Leaf([(byte)i]);

    private sealed class CountingKey(ECParameters parameters) : ECDsa
    {
        private readonly ECDsa _key = Create(parameters);

        internal int Verifications { get; private set; }

        public override byte[] SignHash(byte[] hash) => throw new NotSupportedException();

        public override bool VerifyHash(byte[] hash, byte[] signature) => _key.VerifyHash(hash, signature);

        protected override bool VerifyHashCore(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature, DSASignatureFormat signatureFormat)
        {
            Verifications++;
            return _key.VerifyHash(hash, signature, signatureFormat);
        }
    }
}
