using System.Security.Cryptography;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Merkle;

/// <summary>The hashes of RFC 6962, section 2.1: a leaf is prefixed with 0x00, a node with 0x01.</summary>
public static class TreeHash
{
    /// <summary>Bytes of entry that are hashed without renting a buffer.</summary>
    private const int StackLimit = 1024;

    /// <summary>Root of the tree without leaves: SHA-256 of nothing.</summary>
    public static Digest Empty { get; } = Digest.Of([]);

    /// <summary>SHA-256(0x00 ‖ entry).</summary>
    public static Digest Leaf(ReadOnlySpan<byte> entry)
    {
        Span<byte> hash = stackalloc byte[Digest.Size];
        if (entry.Length < StackLimit)
        {
            Span<byte> prefixed = stackalloc byte[StackLimit];
            prefixed[0] = 0x00;
            entry.CopyTo(prefixed[1..]);
            SHA256.HashData(prefixed[..(1 + entry.Length)], hash);
        }
        else
        {
            using var incremental = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            incremental.AppendData([0x00]);
            incremental.AppendData(entry);
            incremental.GetHashAndReset(hash);
        }

        return new Digest(hash);
    }

    /// <summary>SHA-256(0x00 ‖ entry) without a copy: the byte before the entry, which is the caller's, serves as the prefix and is then put back.</summary>
    /// <param name="room">That byte and the entry.</param>
    internal static Digest LeafInPlace(Span<byte> room)
    {
        var kept = room[0];
        room[0] = 0x00;
        var hash = Digest.Of(room);
        room[0] = kept;
        return hash;
    }

    /// <summary>SHA-256(0x01 ‖ left ‖ right).</summary>
    public static Digest Node(in Digest left, in Digest right)
    {
        Span<byte> prefixed = stackalloc byte[1 + (2 * Digest.Size)];
        prefixed[0] = 0x01;
        left.CopyTo(prefixed[1..]);
        right.CopyTo(prefixed[(1 + Digest.Size)..]);
        Span<byte> hash = stackalloc byte[Digest.Size];
        SHA256.HashData(prefixed, hash);
        return new Digest(hash);
    }
}
