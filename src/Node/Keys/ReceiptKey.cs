using System.Security.Cryptography;
using Exchange.Vocabulary;

namespace Exchange.Node.Keys;

/// <summary>The node's receipt key: ECDSA P-256, used for group commits and nothing else.</summary>
internal sealed class ReceiptKey : IDisposable
{
    private readonly ECDsa _probe;

    /// <summary>Reads the key from a PEM file, and during a change of keys the former one from another.</summary>
    /// <exception cref="InvalidDataException">A file holds no P-256 private key.</exception>
    internal ReceiptKey(string pemFile, string? formerPemFile = null)
    {
        Signer = P256Pem.Read(pemFile);
        _probe = P256Pem.Read(pemFile);
        KeyId = KeyThumbprint.Of(Signer);
        Former = formerPemFile is null ? null : P256Pem.Read(formerPemFile);
    }

    /// <summary>For the log's thread alone: the platform's key objects are not safe for concurrent use.</summary>
    internal ECDsa Signer { get; }

    /// <summary>The key that was in use before; it signs the entry that names its successor, and nothing after that.</summary>
    internal ECDsa? Former { get; }

    internal Digest KeyId { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Signer.Dispose();
        Former?.Dispose();
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
}
