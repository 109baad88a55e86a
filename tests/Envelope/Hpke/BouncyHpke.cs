using System.Buffers.Binary;
using System.Text;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.Agreement;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Utilities;

namespace Exchange.Envelope.Tests.Hpke;

/// <summary>
/// RFC 9180 once more, on BouncyCastle and from the RFC's text: shares no line with the implementation that it checks.
/// </summary>
internal static class BouncyHpke
{
    private static readonly X9ECParameters Curve = ECNamedCurveTable.GetByName("P-256");
    private static readonly ECDomainParameters Domain = new(Curve.Curve, Curve.G, Curve.N, Curve.H);
    private static readonly byte[] KemId = [.. "KEM"u8, 0x00, 0x10];
    private static readonly byte[] SuiteId = [.. "HPKE"u8, 0x00, 0x10, 0x00, 0x01, 0x00, 0x02];

    /// <summary>The exporter secret that the sender with this ephemeral private key reaches.</summary>
    internal static byte[] SenderExporterSecret(byte[] ephemeralPrivateKey, byte[] recipientPublicKey, byte[] info) =>
        ExporterSecret(ephemeralPrivateKey, recipientPublicKey, [.. PublicKey(ephemeralPrivateKey), .. recipientPublicKey], info);

    /// <summary>The exporter secret that the recipient reaches.</summary>
    internal static byte[] RecipientExporterSecret(byte[] recipientPrivateKey, byte[] encapsulatedKey, byte[] info) =>
        ExporterSecret(recipientPrivateKey, encapsulatedKey, [.. encapsulatedKey, .. PublicKey(recipientPrivateKey)], info);

    internal static byte[] PublicKey(byte[] privateKey) => Domain.G.Multiply(new BigInteger(1, privateKey)).Normalize().GetEncoded(compressed: false);

    internal static byte[] Export(byte[] exporterSecret, byte[] context, int length) => LabeledExpand(SuiteId, exporterSecret, "sec", context, length);

    internal static byte[] Seal(byte[] key, byte[] nonce, byte[] associated, byte[] text) => Gcm(true, key, nonce, associated, text);

    internal static byte[] Open(byte[] key, byte[] nonce, byte[] associated, byte[] text) => Gcm(false, key, nonce, associated, text);

    private static byte[] ExporterSecret(byte[] privateKey, byte[] publicKey, byte[] kemContext, byte[] info)
    {
        var agreement = new ECDHBasicAgreement();
        agreement.Init(new ECPrivateKeyParameters(new BigInteger(1, privateKey), Domain));
        var dh = BigIntegers.AsUnsignedByteArray(32, agreement.CalculateAgreement(new ECPublicKeyParameters(Curve.Curve.DecodePoint(publicKey), Domain)));

        var extracted = LabeledExtract(KemId, [], "eae_prk", dh);
        var sharedSecret = LabeledExpand(KemId, extracted, "shared_secret", kemContext, 32);
        byte[] context = [0, .. LabeledExtract(SuiteId, [], "psk_id_hash", []), .. LabeledExtract(SuiteId, [], "info_hash", info)];
        var secret = LabeledExtract(SuiteId, sharedSecret, "secret", []);
        return LabeledExpand(SuiteId, secret, "exp", context, 32);
    }

    private static byte[] LabeledExtract(byte[] suite, byte[] salt, string label, byte[] input)
    {
        var hmac = new HMac(new Sha256Digest());
        hmac.Init(new KeyParameter(salt.Length == 0 ? new byte[32] : salt));
        byte[] labelled = [.. "HPKE-v1"u8, .. suite, .. Encoding.ASCII.GetBytes(label), .. input];
        hmac.BlockUpdate(labelled, 0, labelled.Length);
        var output = new byte[32];
        hmac.DoFinal(output, 0);
        return output;
    }

    private static byte[] LabeledExpand(byte[] suite, byte[] key, string label, byte[] context, int length)
    {
        var lengthBytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(lengthBytes, (ushort)length);
        var generator = new HkdfBytesGenerator(new Sha256Digest());
        generator.Init(HkdfParameters.SkipExtractParameters(key, [.. lengthBytes, .. "HPKE-v1"u8, .. suite, .. Encoding.ASCII.GetBytes(label), .. context]));
        var output = new byte[length];
        generator.GenerateBytes(output, 0, length);
        return output;
    }

    private static byte[] Gcm(bool encrypt, byte[] key, byte[] nonce, byte[] associated, byte[] text)
    {
        var cipher = new GcmBlockCipher(new AesEngine());
        cipher.Init(encrypt, new AeadParameters(new KeyParameter(key), 128, nonce, associated));
        var output = new byte[cipher.GetOutputSize(text.Length)];
        var written = cipher.ProcessBytes(text, 0, text.Length, output, 0);
        cipher.DoFinal(output, written);
        return output;
    }
}
