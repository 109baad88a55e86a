using System.Buffers.Binary;
using System.Text;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Receipts;

/// <summary>
/// Hashes the batch leaves of one log, as <see cref="BatchStatement.LeafHash"/> does, in one buffer in which all that is the same for each stands
/// already. For one thread.
/// </summary>
/// <param name="origin">The log's name, at most 255 bytes.</param>
internal sealed class BatchLeaf(string origin)
{
    private readonly byte[] _bytes = Prepare(origin);

    /// <summary>The batch leaf hash of one entry.</summary>
    internal Digest Hash(ulong index, in Digest leafHash, in Digest bound)
    {
        var rest = _bytes.AsSpan(_bytes.Length - VaryingBytes);
        BinaryPrimitives.WriteUInt64BigEndian(rest, index);
        leafHash.CopyTo(rest[sizeof(ulong)..]);
        bound.CopyTo(rest[(sizeof(ulong) + Digest.Size)..]);
        return TreeHash.Prefixed(_bytes);
    }

    private const int VaryingBytes = sizeof(ulong) + (2 * Digest.Size);

    /// <summary>The leaf prefix 00, then <c>u32 length ‖ origin</c>.</summary>
    private static byte[] Prepare(string origin)
    {
        var length = Encoding.UTF8.GetByteCount(origin);
        var bytes = new byte[1 + sizeof(uint) + length + VaryingBytes];
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), (uint)length);
        Encoding.UTF8.GetBytes(origin, bytes.AsSpan(1 + sizeof(uint)));
        return bytes;
    }
}
