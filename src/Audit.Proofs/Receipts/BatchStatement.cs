using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Receipts;

/// <summary>
/// What a group commit signs, once for all who waited: <c>tag ‖ u64 size ‖ root</c> over the batch's small tree, each leaf of which is
/// <c>u32 length ‖ origin ‖ u64 index ‖ leaf hash ‖ D</c>. Integers are big-endian. docs/formats.md has it byte for byte.
/// </summary>
public static class BatchStatement
{
    /// <summary>Bytes that are signed.</summary>
    public const int Size = 26 + sizeof(ulong) + Digest.Size;

    private const int MaximumOriginBytes = 255;

    private static ReadOnlySpan<byte> Tag => "exchange.receipt-batch.v1\0"u8;

    /// <summary>The batch leaf hash of one entry. <paramref name="bound"/> is D, or zeros for an entry without an object.</summary>
    /// <exception cref="ArgumentException">The origin is longer than 255 bytes.</exception>
    public static Digest LeafHash(string origin, ulong index, in Digest leafHash, in Digest bound)
    {
        Span<byte> leaf = stackalloc byte[sizeof(uint) + MaximumOriginBytes + sizeof(ulong) + (2 * Digest.Size)];
        if (!Encoding.UTF8.TryGetBytes(origin, leaf.Slice(sizeof(uint), MaximumOriginBytes), out var originLength))
        {
            throw new ArgumentException($"A log origin is at most {MaximumOriginBytes} bytes.", nameof(origin));
        }

        BinaryPrimitives.WriteUInt32BigEndian(leaf, (uint)originLength);
        var rest = leaf[(sizeof(uint) + originLength)..];
        BinaryPrimitives.WriteUInt64BigEndian(rest, index);
        leafHash.CopyTo(rest[sizeof(ulong)..]);
        bound.CopyTo(rest[(sizeof(ulong) + Digest.Size)..]);
        return TreeHash.Leaf(leaf[..(sizeof(uint) + originLength + sizeof(ulong) + (2 * Digest.Size))]);
    }

    /// <summary>Writes the signed bytes, <see cref="Size"/> of them.</summary>
    public static void Write(Span<byte> destination, ulong size, in Digest root)
    {
        Tag.CopyTo(destination);
        BinaryPrimitives.WriteUInt64BigEndian(destination[Tag.Length..], size);
        root.CopyTo(destination[(Tag.Length + sizeof(ulong))..]);
    }

    /// <summary>Whether a key has signed a batch.</summary>
    internal static bool IsSigned(ECDsa key, ulong size, in Digest root, ReadOnlySpan<byte> signature)
    {
        Span<byte> statement = stackalloc byte[Size];
        Write(statement, size, root);
        return key.VerifyData(statement, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
