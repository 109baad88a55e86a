using System.Security.Cryptography;
using System.Text.Json;
using Exchange.Envelopes.Hpke;
using Exchange.Vocabulary.Hashing;
using Exchange.Tests;

namespace Exchange.Envelope.Tests.Hpke;

/// <summary>The vectors of RFC 9180 for DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM in base mode.</summary>
public sealed class Rfc9180VectorTests
{
    private const string File = "hpke-p256-sha256-aes256gcm-base.json";
    private const int TagSize = 16;

    [SharedFact]
    public void Key_pairs_derive_from_their_seeds()
    {
        foreach (var vector in Vectors())
        {
            DeriveKey(vector.Hex("ikmR")).ShouldBe(vector.Hex("skRm"));
            DeriveKey(vector.Hex("ikmE")).ShouldBe(vector.Hex("skEm"));
            P256Point.Export(Import(vector.Hex("skRm"))).ShouldBe(vector.Hex("pkRm"));
        }
    }

    [SharedFact]
    public void Sender_and_recipient_reach_the_shared_secret()
    {
        foreach (var vector in Vectors())
        {
            SharedSecret(vector, "skEm", "pkRm").ShouldBe(vector.Hex("shared_secret"));
            SharedSecret(vector, "skRm", "enc").ShouldBe(vector.Hex("shared_secret"));
        }
    }

    [SharedFact]
    public void The_key_schedule_reaches_every_value_of_the_vector()
    {
        foreach (var vector in Vectors())
        {
            var context = new byte[KeySchedule.ContextSize];
            var secret = new byte[LabeledHkdf.HashSize];
            KeySchedule.Derive(vector.Hex("shared_secret"), vector.Hex("info"), context, secret);
            context.ShouldBe(vector.Hex("key_schedule_context"));
            secret.ShouldBe(vector.Hex("secret"));
            Expand(secret, "key"u8, context, 32).ShouldBe(vector.Hex("key"));
            Expand(secret, "base_nonce"u8, context, 12).ShouldBe(vector.Hex("base_nonce"));
            ExporterSecret(vector).ShouldBe(vector.Hex("exporter_secret"));
        }
    }

    [SharedFact]
    public void Every_encryption_opens_and_seals_to_the_same_bytes()
    {
        var count = 0;
        foreach (var vector in Vectors())
        {
            var context = new byte[KeySchedule.ContextSize];
            var secret = new byte[LabeledHkdf.HashSize];
            KeySchedule.Derive(SharedSecret(vector, "skRm", "enc"), vector.Hex("info"), context, secret);
            using var cipher = new AesGcm(Expand(secret, "key"u8, context, 32), TagSize);
            foreach (var encryption in vector.GetProperty("encryptions").EnumerateArray())
            {
                var sealedText = encryption.Hex("ct");
                var text = new byte[sealedText.Length - TagSize];
                cipher.Decrypt(encryption.Hex("nonce"), sealedText.AsSpan(0, text.Length), sealedText.AsSpan(text.Length), text, encryption.Hex("aad"));
                text.ShouldBe(encryption.Hex("pt"));

                var again = new byte[sealedText.Length];
                cipher.Encrypt(encryption.Hex("nonce"), text, again.AsSpan(0, text.Length), again.AsSpan(text.Length), encryption.Hex("aad"));
                again.ShouldBe(sealedText);
                count++;
            }
        }

        count.ShouldBeGreaterThan(200);
    }

    [SharedFact]
    public void Every_export_is_the_vector_s()
    {
        foreach (var vector in Vectors())
        {
            var exporterSecret = ExporterSecret(vector);
            foreach (var export in vector.GetProperty("exports").EnumerateArray())
            {
                var value = new byte[export.GetProperty("L").GetInt32()];
                KeySchedule.Export(new HmacSha256(exporterSecret), export.Hex("exporter_context"), value);
                value.ShouldBe(export.Hex("exported_value"));
            }
        }
    }

    private static IEnumerable<JsonElement> Vectors()
    {
        var vectors = SharedVectors.Read(File).EnumerateArray().ToArray();
        vectors.ShouldNotBeEmpty();
        return vectors;
    }

    private static byte[] SharedSecret(JsonElement vector, string privateKey, string publicKey)
    {
        using var own = Import(vector.Hex(privateKey));
        P256Point.TryImport(vector.Hex(publicKey), out var other).ShouldBeTrue();
        var secret = new byte[Dhkem.SharedSecretSize];
        Dhkem.Agree(own, other.PublicKey, vector.Hex("enc"), vector.Hex("pkRm"), secret);
        return secret;
    }

    private static byte[] ExporterSecret(JsonElement vector)
    {
        var secret = new byte[LabeledHkdf.HashSize];
        KeySchedule.DeriveExporterSecret(vector.Hex("shared_secret"), vector.Hex("info"), secret);
        return secret;
    }

    private static byte[] Expand(byte[] key, ReadOnlySpan<byte> label, byte[] context, int length)
    {
        var output = new byte[length];
        LabeledHkdf.Expand(LabeledHkdf.HpkeSuite, key, label, context, output);
        return output;
    }

    // DeriveKeyPair of section 7.1.3; the vectors need its first candidate only.
    private static byte[] DeriveKey(byte[] seed)
    {
        var key = new byte[LabeledHkdf.HashSize];
        LabeledHkdf.Extract(LabeledHkdf.KemSuite, [], "dkp_prk"u8, seed, key);
        var candidate = new byte[32];
        LabeledHkdf.Expand(LabeledHkdf.KemSuite, key, "candidate"u8, [0], candidate);
        return candidate;
    }

    private static ECDiffieHellman Import(byte[] privateKey) =>
        ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = privateKey });
}
