using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Exchange.Envelopes;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Envelope.Tests.Hpke;

/// <summary>BouncyCastle opens what we seal, and we open what BouncyCastle seals, for random keys, names, headers and contents.</summary>
public sealed class SecondImplementationTests
{
    private const int Rounds = 40;

    [Fact]
    public void BouncyCastle_opens_what_we_seal()
    {
        var random = new Random(9180);
        for (var round = 0; round < Rounds; round++)
        {
            using var recipient = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
            var (origin, member) = RandomNames(random);
            var key = RecipientKey.FromParameters(recipient.ExportParameters(false));
            using var context = SealingContext.Create(key, origin, member);
            var (id, header, text) = (TransferId.New(), RandomBytes(random, 400), RandomBytes(random, 5000));
            var sealedText = new byte[text.Length + SealingContext.TagSize];
            text.CopyTo(sealedText.AsSpan());
            context.Seal(id, header, sealedText.AsSpan(0, text.Length), sealedText.AsSpan(text.Length));

            var secret = BouncyHpke.RecipientExporterSecret(
                recipient.ExportParameters(true).D!, context.EncapsulatedKey.ToArray(), Info(origin, member, key.KeyId));
            var keyAndNonce = BouncyHpke.Export(secret, [.. "exchange.v1"u8, .. id.ToArray()], 44);
            BouncyHpke.Open(keyAndNonce[..32], keyAndNonce[32..], header, sealedText).ShouldBe(text);
        }
    }

    [Fact]
    public void We_open_what_BouncyCastle_seals()
    {
        var random = new Random(5869);
        for (var round = 0; round < Rounds; round++)
        {
            using var parties = new SomeParties();
            using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
            var ephemeralPrivate = ephemeral.ExportParameters(true).D!;
            var recipientPublic = parties.EncryptionKey.ExportParameters(false).Q;
            var secret = BouncyHpke.SenderExporterSecret(
                ephemeralPrivate, [4, .. recipientPublic.X!, .. recipientPublic.Y!], Info(SomeParties.Origin, SomeParties.Consumer, parties.Recipient.KeyId));

            var id = TransferId.New();
            var header = parties.Header(id).ToByteArray();
            var record = RandomBytes(random, 3000);
            using var writer = new PlaintextWriter();
            record.CopyTo(writer.BeginRecord(record.Length));
            writer.EndRecord(record.Length);
            writer.Finish();
            var keyAndNonce = BouncyHpke.Export(secret, [.. "exchange.v1"u8, .. id.ToArray()], 44);

            using var opener = parties.Opener;
            var opened = opener.Open(new Format.V1.Envelope
            {
                Header = ByteString.CopyFrom(header),
                EncapsulatedKey = ByteString.CopyFrom(BouncyHpke.PublicKey(ephemeralPrivate)),
                Ciphertext = ByteString.CopyFrom(BouncyHpke.Seal(keyAndNonce[..32], keyAndNonce[32..], header, writer.Plaintext.ToArray())),
            });
            opened.Payload.Records.ShouldHaveSingleItem().ToByteArray().ShouldBe(record);
        }
    }

    private static byte[] Info(string origin, MemberId member, Digest keyId) =>
        [.. "exchange.hpke.v1\0"u8, .. Prefixed(origin), .. Prefixed(member.Value), .. keyId.ToArray()];

    private static byte[] Prefixed(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var length = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)bytes.Length);
        return [.. length, .. bytes];
    }

    private static (string Origin, MemberId Member) RandomNames(Random random) =>
        ($"exchange.test/{new string('n', random.Next(1, 240))}", MemberId.Parse($"spiffe://exchange.test/gov/{new string('m', random.Next(1, 220))}"));

    private static byte[] RandomBytes(Random random, int most)
    {
        var bytes = new byte[random.Next(most)];
        random.NextBytes(bytes);
        return bytes;
    }
}
