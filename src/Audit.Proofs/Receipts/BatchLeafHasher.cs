using System.Buffers.Binary;
using System.Text;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Receipts;

/// <summary>Batch leaf hashes of one log, many of them: <see cref="BatchStatement.LeafHash"/> with what does not change written once. For one thread.</summary>
internal sealed class BatchLeafHasher
{
    private readonly byte[] _leaf;
    private readonly int _indexAt;

    internal BatchLeafHasher(string origin)
    {
        _indexAt = 1 + sizeof(uint) + Encoding.UTF8.GetByteCount(origin);
        _leaf = new byte[_indexAt + sizeof(ulong) + (2 * Digest.Size)]; // Begins with the 0x00 of a leaf.
        BinaryPrimitives.WriteUInt32BigEndian(_leaf.AsSpan(1), (uint)Encoding.UTF8.GetBytes(origin, _leaf.AsSpan(1 + sizeof(uint))));
    }

    internal Digest Hash(ulong index, in Digest leafHash, in Digest bound)
    {
        var rest = _leaf.AsSpan(_indexAt);
        BinaryPrimitives.WriteUInt64BigEndian(rest, index);
        leafHash.CopyTo(rest[sizeof(ulong)..]);
        bound.CopyTo(rest[(sizeof(ulong) + Digest.Size)..]);
        return TreeHash.Prefixed(_leaf);
    }
}
