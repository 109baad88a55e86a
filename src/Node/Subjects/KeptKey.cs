using System.Security.Cryptography;
using Exchange.Node.Keys;
using Exchange.Vocabulary;

namespace Exchange.Node.Subjects;

/// <summary>
/// The random key of a subject or a consent, as it is stored: wrapped for the id that it belongs to. It is unwrapped at its first use and stays unwrapped as long as
/// its owner is known, for whoever reads the node's memory finds there the key that unwraps them all. With the owner it is gone.
/// </summary>
internal sealed class KeptKey(UInt128 owner, byte[] wrapped)
{
    private volatile byte[]? _bytes;

    /// <summary>As stored (<see cref="KeyWrap"/>).</summary>
    internal byte[] Wrapped => wrapped;

    /// <summary>A random key for an id.</summary>
    internal static KeptKey New(UInt128 owner, ReadOnlySpan<byte> keyEncryptionKey)
    {
        Span<byte> key = stackalloc byte[MasterKey.Size];
        RandomNumberGenerator.Fill(key);
        var wrapped = KeyWrap.Wrap(keyEncryptionKey, key, BelongsTo(owner, stackalloc byte[SubjectId.Size]));
        CryptographicOperations.ZeroMemory(key);
        return new(owner, wrapped);
    }

    /// <summary>The key. It is shared: nobody may change it.</summary>
    /// <exception cref="AuthenticationTagMismatchException">It was wrapped under another key, or for another id.</exception>
    internal byte[] Open(ReadOnlySpan<byte> keyEncryptionKey) =>
        _bytes ??= KeyWrap.Unwrap(keyEncryptionKey, wrapped, BelongsTo(owner, stackalloc byte[SubjectId.Size]));

    private static ReadOnlySpan<byte> BelongsTo(UInt128 owner, Span<byte> bytes)
    {
        new SubjectId(owner).CopyTo(bytes);
        return bytes;
    }
}
