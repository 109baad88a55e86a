using System.Security.Cryptography;

namespace Exchange.Vocabulary.Hashing;

/// <summary>
/// A key of HMAC-SHA-256 (RFC 2104) as the two states that it leaves behind: a code then costs what hashing its message does. Who has a key for
/// long keeps it in this shape. A copy of the value is a copy of the secret; <see cref="Clear"/> wipes the one that it is called on.
/// </summary>
public struct HmacSha256
{
    /// <summary>Bytes of a code.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    private const int BlockSize = 64;

    private readonly bool _direct;

    /// <summary>Where .NET serves, the first 64 bytes are the key, filled up with zeros: for HMAC the same key.</summary>
    private Sha256State _inner;

    private Sha256State _outer;

    /// <summary>Takes a key; of more than 64 bytes its hash is taken, as the RFC says.</summary>
    public HmacSha256(ReadOnlySpan<byte> key)
        : this(key, OpenSslSha.IsThere)
    {
    }

    internal HmacSha256(ReadOnlySpan<byte> key, bool direct)
    {
        _direct = direct;
        Span<byte> block = stackalloc byte[BlockSize];
        if (key.Length > BlockSize)
        {
            SHA256.HashData(key, block);
        }
        else
        {
            key.CopyTo(block);
        }

        if (!direct)
        {
            block.CopyTo(_inner.Bytes());
        }
        else
        {
            const byte innerMask = 0x36, outerMask = 0x5c;
            Mask(block, innerMask);
            OpenSslSha.Begin(out _inner);
            OpenSslSha.Append(ref _inner, block);
            Mask(block, innerMask ^ outerMask);
            OpenSslSha.Begin(out _outer);
            OpenSslSha.Append(ref _outer, block);
        }

        CryptographicOperations.ZeroMemory(block);
    }

    /// <summary>The code of one message under a key that is not kept.</summary>
    /// <param name="key">Of any length.</param>
    /// <param name="message">What it is over.</param>
    /// <param name="code">Receives 32 bytes.</param>
    public static void Write(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, Span<byte> code)
    {
        var keyed = new HmacSha256(key);
        keyed.Write(message, code);
        keyed.Clear();
    }

    /// <summary>The code of a message.</summary>
    /// <param name="message">What it is over; may be what the code is written to.</param>
    /// <param name="code">Receives 32 bytes.</param>
    public readonly void Write(ReadOnlySpan<byte> message, Span<byte> code)
    {
        var state = _inner;
        if (!_direct)
        {
            HMACSHA256.HashData(state.Bytes()[..BlockSize], message, code);
        }
        else
        {
            Span<byte> hash = stackalloc byte[Size];
            OpenSslSha.Append(ref state, message);
            OpenSslSha.End(ref state, hash);
            state = _outer;
            OpenSslSha.Append(ref state, hash);
            OpenSslSha.End(ref state, code);
            CryptographicOperations.ZeroMemory(hash);
        }

        state.Clear();
    }

    /// <summary>Wipes the key. What is asked of it afterwards is under a key that anybody knows.</summary>
    public void Clear()
    {
        _inner.Clear();
        _outer.Clear();
    }

    private static void Mask(Span<byte> block, byte mask)
    {
        for (var i = 0; i < block.Length; i++)
        {
            block[i] ^= mask;
        }
    }
}
