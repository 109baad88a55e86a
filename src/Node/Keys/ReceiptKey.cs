using System.Security.Cryptography;
using Exchange.Vocabulary;

namespace Exchange.Node.Keys;

/// <summary>The node's receipt key: ECDSA P-256, used for group commits and nothing else.</summary>
internal sealed class ReceiptKey : IDisposable
{
    private readonly ECDsa _probe;

    /// <summary>Reads the key from a PEM file.</summary>
    /// <exception cref="InvalidDataException">The file holds no P-256 private key.</exception>
    internal ReceiptKey(string pemFile)
    {
        var pem = File.ReadAllText(pemFile);
        Signer = Import(pem, pemFile);
        _probe = Import(pem, pemFile);
        KeyId = KeyThumbprint.Of(Signer);
    }

    /// <summary>For the log's thread alone: the platform's key objects are not safe for concurrent use.</summary>
    internal ECDsa Signer { get; }

    internal Digest KeyId { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Signer.Dispose();
        _probe.Dispose();
    }

    /// <summary>Signs and verifies a probe with a key object of its own.</summary>
    internal bool CanSign()
    {
        lock (_probe)
        {
            ReadOnlySpan<byte> probe = "exchange.readiness-probe.v1\0"u8;
            return _probe.VerifyData(probe, _probe.SignData(probe, HashAlgorithmName.SHA256), HashAlgorithmName.SHA256);
        }
    }

    private static ECDsa Import(string pem, string pemFile)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return key.ExportParameters(true) is { D: not null } parameters && parameters.Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value
                ? key
                : throw new InvalidDataException($"{pemFile} holds no private key on P-256; 'exchange certs init' makes one.");
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new InvalidDataException($"{pemFile} holds no private key on P-256: {exception.Message}", exception);
        }
    }
}
