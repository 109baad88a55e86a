using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Exchange.Vocabulary;

/// <summary>Key ids: JWK thumbprints of public keys (RFC 7638), the same for every tool that knows JSON Web Keys.</summary>
public static class KeyThumbprint
{
    private const int CoordinateSize = 32;
    private static readonly Oid P256 = ECCurve.NamedCurves.nistP256.Oid;

    /// <summary>The thumbprint of a signing key's public half.</summary>
    /// <exception cref="ArgumentException">The key is not on P-256.</exception>
    public static Digest Of(ECDsa key)
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        return parameters.Curve.Oid is { } curve && (curve.Value == P256.Value || curve.FriendlyName == P256.FriendlyName)
            ? OfP256(parameters)
            : throw new ArgumentException("The key is not on P-256.", nameof(key));
    }

    /// <summary>
    /// SHA-256 of <c>{"crv":"P-256","kty":"EC","x":"...","y":"..."}</c>, coordinates in 32 bytes each, base64url without padding (RFC 7638, 3; RFC 7518, 6.2.1).
    /// </summary>
    /// <exception cref="ArgumentException">The key has no point of P-256.</exception>
    public static Digest OfP256(in ECParameters publicKey)
    {
        if (publicKey.Q is not { X: { Length: CoordinateSize } x, Y: { Length: CoordinateSize } y })
        {
            throw new ArgumentException($"A point of P-256 has two coordinates of {CoordinateSize} bytes.", nameof(publicKey));
        }

        // The members' order and the absence of white space are the RFC's canonical form.
        return Digest.Of(Encoding.ASCII.GetBytes(
            $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.EncodeToString(x)}}","y":"{{Base64Url.EncodeToString(y)}}"}"""));
    }
}
