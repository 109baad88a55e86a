using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Exchange.Audit.Proofs.Notes;

/// <summary>
/// Ed25519 (RFC 8032): signature type 0x01, the one that every reader of notes knows. The library is BouncyCastle, since .NET has none; an
/// advisory says that a crafted key can keep its verification busy for ever, so it verifies under pinned keys only.
/// </summary>
public sealed class Ed25519NoteKey : NoteKey
{
    internal const byte Type = 0x01;

    private readonly byte[] _publicKey;

    private Ed25519NoteKey(string name, byte[] publicKey)
        : base(name, IdOf(name, Type, publicKey)) => _publicKey = publicKey;

    /// <inheritdoc/>
    public override byte SignatureType => Type;

    /// <inheritdoc/>
    protected override ReadOnlyMemory<byte> PublicKey => _publicKey;

    /// <summary>Reads the 32 bytes of a public key; null when they are not 32.</summary>
    public static Ed25519NoteKey? Read(string name, ReadOnlySpan<byte> publicKey) =>
        publicKey.Length == Ed25519PublicKeyParameters.KeySize ? new(name, publicKey.ToArray()) : null;

    /// <inheritdoc/>
    public override bool Verifies(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != Ed25519PrivateKeyParameters.SignatureSize)
        {
            return false;
        }

        var verifier = new Ed25519Signer();
        verifier.Init(forSigning: false, new Ed25519PublicKeyParameters(_publicKey, 0));
        verifier.BlockUpdate(text.ToArray(), 0, text.Length);
        return verifier.VerifySignature(signature.ToArray());
    }

    /// <summary>Signs with the private half.</summary>
    /// <param name="name">The key's name.</param>
    /// <param name="seed">The 32 bytes of RFC 8032's private key.</param>
    /// <exception cref="ArgumentException">The seed is not 32 bytes.</exception>
    public static INoteSigner Signer(string name, ReadOnlySpan<byte> seed) => seed.Length == Ed25519PrivateKeyParameters.KeySize
        ? new Ed25519NoteSigner(name, new Ed25519PrivateKeyParameters(seed.ToArray(), 0))
        : throw new ArgumentException($"An Ed25519 key is {Ed25519PrivateKeyParameters.KeySize} bytes, this one is {seed.Length}.", nameof(seed));

    private sealed class Ed25519NoteSigner(string name, Ed25519PrivateKeyParameters key) : INoteSigner
    {
        public NoteKey Key { get; } = new Ed25519NoteKey(name, key.GeneratePublicKey().GetEncoded());

        public ReadOnlyMemory<byte> Sign(ReadOnlySpan<byte> text)
        {
            var signer = new Ed25519Signer();
            signer.Init(forSigning: true, key);
            signer.BlockUpdate(text.ToArray(), 0, text.Length);
            return signer.GenerateSignature();
        }
    }
}
