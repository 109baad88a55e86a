using System.Buffers.Text;
using System.Security.Cryptography;
using Exchange.Vocabulary;

namespace Exchange.Node.Tests.Identity;

public sealed class KeyThumbprintTests
{
    /// <summary>The P-256 key of RFC 7517, A.1, and its thumbprint as computed with openssl from the canonical JSON of RFC 7638, 3.</summary>
    [Fact]
    public void A_published_key_has_the_thumbprint_that_other_tools_compute()
    {
        var key = new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new()
            {
                X = Base64Url.DecodeFromChars("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"),
                Y = Base64Url.DecodeFromChars("4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"),
            },
        };

        KeyThumbprint.OfP256(key).ToString().ShouldBe("727f88fd634c0a57a1895a79d62ff4569384356d6ea447ab03cb046a6e619feb");
    }

    [Fact]
    public void A_key_of_another_width_has_none()
    {
        using var large = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384);
        var parameters = large.ExportParameters(includePrivateParameters: false);

        Should.Throw<ArgumentException>(() => KeyThumbprint.OfP256(parameters));
        Should.Throw<ArgumentException>(() => KeyThumbprint.OfP256(default));
    }
}
