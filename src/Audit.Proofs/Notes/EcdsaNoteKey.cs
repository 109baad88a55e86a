using System.Security.Cryptography;

namespace Exchange.Audit.Proofs.Notes;

/// <summary>
/// ECDSA on P-256 with SHA-256: signature type 0x02, ASN.1 DER, and a key id that is the hash of the SubjectPublicKeyInfo alone.
/// </summary>
public sealed class EcdsaNoteKey : NoteKey
{
    internal const byte Type = 0x02;

    private const string P256 = "1.2.840.10045.3.1.7";

    private readonly ECParameters _parameters;
    private readonly byte[] _spki;

    private EcdsaNoteKey(string name, ECDsa key, byte[] spki)
        : base(name, First(spki)) => (_parameters, _spki) = (key.ExportParameters(includePrivateParameters: false), spki);

    /// <inheritdoc/>
    public override byte SignatureType => Type;

    /// <inheritdoc/>
    protected override ReadOnlyMemory<byte> PublicKey => _spki;

    /// <summary>The key of a pair.</summary>
    /// <exception cref="ArgumentException">It is not on P-256.</exception>
    public static EcdsaNoteKey Of(string name, ECDsa key) =>
        Read(name, key.ExportSubjectPublicKeyInfo()) ?? throw new ArgumentException("A checkpoint key is on P-256.", nameof(key));

    /// <summary>Reads a SubjectPublicKeyInfo; null when it is none of a key on P-256.</summary>
    public static EcdsaNoteKey? Read(string name, ReadOnlySpan<byte> spki)
    {
        using var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(spki, out var read);
            return read == spki.Length && key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == P256 ? new(name, key, spki.ToArray()) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public override bool Verifies(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature)
    {
        using var key = ECDsa.Create(_parameters); // Not kept: an ECDsa is not for several threads.
        return key.VerifyData(text, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <summary>Signs with the private half; the caller keeps the key, which must not be in use elsewhere meanwhile.</summary>
    public static INoteSigner Signer(string name, ECDsa key) => new EcdsaSigner(Of(name, key), key);

    private sealed class EcdsaSigner(NoteKey publicHalf, ECDsa key) : INoteSigner
    {
        public NoteKey Key => publicHalf;

        public ReadOnlyMemory<byte> Sign(ReadOnlySpan<byte> text) => key.SignData(text, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }
}
