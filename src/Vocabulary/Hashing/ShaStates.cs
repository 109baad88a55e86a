using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Exchange.Vocabulary.Hashing;

/// <summary>OpenSSL's SHA256_CTX: 112 bytes that hold no pointer, so that a copy goes on where the original stood.</summary>
[InlineArray(Words)]
internal struct Sha256State
{
    private const int Words = 14;
    private ulong _first;

    [UnscopedRef]
    internal Span<byte> Bytes() => MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref _first, Words));

    /// <summary>After a secret.</summary>
    internal void Clear() => CryptographicOperations.ZeroMemory(Bytes());
}

/// <summary>OpenSSL's SHA512_CTX, which SHA-384 has, too: 216 bytes, likewise.</summary>
[InlineArray(Words)]
internal struct Sha512State
{
    private const int Words = 27;
    private ulong _first;

    internal void Clear() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes((Span<ulong>)this));
}
