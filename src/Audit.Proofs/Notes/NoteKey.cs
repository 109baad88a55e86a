using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Exchange.Audit.Proofs.Notes;

/// <summary>
/// A key that verifies notes. It is passed on as one line of text, the verifier key of c2sp.org/signed-note:
/// <c>name+hex(key id)+base64(type ‖ public key)</c>.
/// </summary>
/// <param name="name">What it is called, for a log its origin; no space, no plus sign.</param>
/// <param name="id">The first four bytes of a hash of the key.</param>
public abstract class NoteKey(string name, uint id)
{
    /// <summary>What it is called.</summary>
    public string Name => name;

    /// <summary>The number that stands before its signatures.</summary>
    public uint Id => id;

    /// <summary>The kind of signature, as the format numbers them.</summary>
    public abstract byte SignatureType { get; }

    /// <summary>The public key as the kind of signature encodes it.</summary>
    protected abstract ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>Whether the signature is this key's, over this text.</summary>
    public abstract bool Verifies(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature);

    /// <summary>Reads a verifier key; false, with the reason, when it is none or of a kind that is not here.</summary>
    public static bool TryParse(string? line, [NotNullWhen(true)] out NoteKey? key, out string problem)
    {
        key = null;
        problem = "a verifier key is written name+hex(key id)+base64(type and public key)";
        if (line?.Trim().Split('+', 3) is not [var name, { Length: 2 * sizeof(uint) } number, var encoded]
            || !IsName(name)
            || !uint.TryParse(number, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id))
        {
            return false;
        }

        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length) || length < 2)
        {
            return false;
        }

        var material = bytes.AsSpan(1, length - 1);
        key = bytes[0] switch
        {
            Ed25519NoteKey.Type => Ed25519NoteKey.Read(name, material),
            EcdsaNoteKey.Type => EcdsaNoteKey.Read(name, material),
            _ => null,
        };
        if (key is null)
        {
            problem = bytes[0] is Ed25519NoteKey.Type or EcdsaNoteKey.Type
                ? "its public key is none of its kind: Ed25519 takes 32 bytes, ECDSA the SPKI of a key on P-256"
                : $"its kind is 0x{bytes[0]:x2}; known are 0x{Ed25519NoteKey.Type:x2} (Ed25519) and 0x{EcdsaNoteKey.Type:x2} (ECDSA)";
            return false;
        }

        if (key.Id != id)
        {
            problem = $"its key id is {number}, but its public key has {key.Id:x8}";
            key = null;
            return false;
        }

        problem = string.Empty;
        return true;
    }

    /// <summary>The verifier key.</summary>
    public override string ToString() => $"{Name}+{Id:x8}+{Convert.ToBase64String([SignatureType, .. PublicKey.Span])}";

    internal static bool IsName(string name) => name.Length > 0 && !name.Any(character => char.IsWhiteSpace(character) || character == '+');

    /// <summary>SHA-256(name ‖ 0A ‖ type ‖ key)[:4].</summary>
    protected static uint IdOf(string name, byte type, ReadOnlySpan<byte> publicKey) =>
        First([.. Encoding.UTF8.GetBytes(name), (byte)'\n', type, .. publicKey]);

    /// <summary>The first four bytes of SHA-256.</summary>
    protected static uint First(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return BinaryPrimitives.ReadUInt32BigEndian(hash);
    }
}
