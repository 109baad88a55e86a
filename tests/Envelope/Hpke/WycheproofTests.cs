using System.Security.Cryptography;
using Exchange.Envelopes.Hpke;
using Exchange.Tests;

namespace Exchange.Envelope.Tests.Hpke;

/// <summary>Whether the platform that we stand on survives the inputs that have broken others.</summary>
public sealed class WycheproofTests
{
    private const int CoordinateSize = 32;

    [SharedFact]
    public void Valid_points_agree_and_all_others_are_rejected()
    {
        var (agreed, rejected) = (0, 0);
        foreach (var test in SharedVectors.Read("ecdh_secp256r1_ecpoint_test.json").GetProperty("testGroups").EnumerateArray()
            .SelectMany(group => group.GetProperty("tests").EnumerateArray()))
        {
            var point = test.Hex("public");
            using var own = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = ToScalar(test.Hex("private")) });
            if (P256Point.TryImport(point, out var other))
            {
                test.Text("result").ShouldBe("valid", $"test {test.GetProperty("tcId")} must be rejected");
                own.DeriveRawSecretAgreement(other.PublicKey).ShouldBe(test.Hex("shared"), $"test {test.GetProperty("tcId")}");
                agreed++;
            }
            else
            {
                // Compressed points are sound elsewhere, but HPKE has none.
                (test.Text("result") != "valid" || point.Length != P256Point.Size).ShouldBeTrue($"test {test.GetProperty("tcId")} is a valid point");
                rejected++;
            }
        }

        agreed.ShouldBeGreaterThan(200);
        rejected.ShouldBeGreaterThan(10);
    }

    [SharedFact]
    public void Hkdf_is_that_of_the_vectors()
    {
        var count = 0;
        foreach (var test in SharedVectors.Read("hkdf_sha256_test.json").GetProperty("testGroups").EnumerateArray()
            .SelectMany(group => group.GetProperty("tests").EnumerateArray()))
        {
            byte[] Derive() => HKDF.DeriveKey(HashAlgorithmName.SHA256, test.Hex("ikm"), test.GetProperty("size").GetInt32(), test.Hex("salt"), test.Hex("info"));
            if (test.Text("result") == "valid")
            {
                Derive().ShouldBe(test.Hex("okm"));
            }
            else
            {
                Should.Throw<ArgumentException>(Derive);
            }

            count++;
        }

        count.ShouldBeGreaterThan(80);
    }

    // The vectors write integers with or without leading zeros.
    private static byte[] ToScalar(byte[] integer)
    {
        var significant = integer.AsSpan().TrimStart((byte)0);
        var scalar = new byte[CoordinateSize];
        significant.CopyTo(scalar.AsSpan(CoordinateSize - significant.Length));
        return scalar;
    }
}
