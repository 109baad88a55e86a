using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Exchange.Envelopes.Hpke;

/// <summary>A public key as RFC 9180 serialises it: the uncompressed point of SEC 1, <c>0x04 ‖ x ‖ y</c>, 65 bytes.</summary>
internal static class P256Point
{
    internal const int Size = 1 + (2 * CoordinateSize);

    private const int CoordinateSize = 32;
    private const byte Uncompressed = 0x04;

    /// <summary>Reads a point and has the platform check that it lies on the curve; compressed and hybrid forms are not HPKE's.</summary>
    internal static bool TryImport(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ECDiffieHellman? key)
    {
        key = null;
        if (bytes.Length != Size || bytes[0] != Uncompressed)
        {
            return false;
        }

        try
        {
            key = ECDiffieHellman.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = bytes.Slice(1, CoordinateSize).ToArray(), Y = bytes[(1 + CoordinateSize)..].ToArray() },
            });
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>The public half of a key.</summary>
    /// <exception cref="ArgumentException">The key is not on P-256.</exception>
    internal static byte[] Export(ECDiffieHellman key)
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        RequireP256(parameters.Curve, nameof(key));
        return [Uncompressed, .. parameters.Q.X!, .. parameters.Q.Y!];
    }

    /// <summary>Refuses another curve by its name, not by the length of its coordinates.</summary>
    private static void RequireP256(ECCurve curve, string parameter)
    {
        // Some platforms fill in the identifier, some only the name.
        var nist = ECCurve.NamedCurves.nistP256.Oid;
        if (!curve.IsNamed || (curve.Oid.Value != nist.Value && curve.Oid.FriendlyName is not ("nistP256" or "ECDSA_P256" or "ECDH_P256")))
        {
            throw new ArgumentException("The key is not on the curve P-256.", parameter);
        }
    }
}
