using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Receipts;

/// <summary>Key ids are RFC 7638 thumbprints: SHA-256 over the public key's members as JSON, in a fixed order without spaces.</summary>
public static class KeyThumbprint
{
    /// <summary>The thumbprint of a P-256 key's public half.</summary>
    /// <exception cref="ArgumentException">The key is not on P-256.</exception>
    public static Digest Of(ECDsa key)
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        if (parameters.Curve.Oid is not { } oid || (oid.Value != ECCurve.NamedCurves.nistP256.Oid.Value && oid.FriendlyName != ECCurve.NamedCurves.nistP256.Oid.FriendlyName))
        {
            throw new ArgumentException("A receipt key is an ECDSA key on P-256.", nameof(key));
        }

        return Of(parameters.Q);
    }

    /// <summary>The thumbprint of a point on P-256, 32 bytes each of x and y.</summary>
    public static Digest Of(ECPoint point)
    {
        var x = Base64Url.EncodeToString(point.X);
        var y = Base64Url.EncodeToString(point.Y);
        return Digest.Of(Encoding.ASCII.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}"""));
    }
}
