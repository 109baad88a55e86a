using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Merkle;

/// <summary>The hashes of RFC 6962, section 2.1: a leaf is prefixed with 0x00, a node with 0x01.</summary>
public static class TreeHash
{
    /// <summary>Root of the tree without leaves: SHA-256 of nothing.</summary>
    public static Digest Empty { get; } = Digest.Of([]);

    /// <summary>SHA-256(0x00 ‖ entry).</summary>
    public static Digest Leaf(ReadOnlySpan<byte> entry) => Digest.Of([0x00], entry);

    /// <summary>SHA-256(0x01 ‖ left ‖ right).</summary>
    public static Digest Node(in Digest left, in Digest right)
    {
        Span<byte> prefixed = stackalloc byte[1 + (2 * Digest.Size)];
        prefixed[0] = 0x01;
        left.CopyTo(prefixed[1..]);
        right.CopyTo(prefixed[(1 + Digest.Size)..]);
        return Prefixed(prefixed);
    }

    /// <summary>SHA-256 of a leaf with its prefix before it.</summary>
    internal static Digest Prefixed(ReadOnlySpan<byte> prefixedLeaf) => Digest.Of(prefixedLeaf);

    /// <summary>SHA-256(0x00 ‖ entry) in one go: the byte before the entry, which is the caller's, serves as the prefix and is then put back.</summary>
    /// <param name="room">That byte and the entry.</param>
    internal static Digest LeafInPlace(Span<byte> room)
    {
        var kept = room[0];
        room[0] = 0x00;
        var hash = Prefixed(room);
        room[0] = kept;
        return hash;
    }
}
