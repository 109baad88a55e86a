using System.Buffers.Binary;
using System.Security.Cryptography;
using Exchange.Audit.Proofs.Entries;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Segments;

/// <summary>
/// Builds one group after another in one buffer and carries the log's state forward. An entry costs one copy of its body and three or
/// four hashes; nothing is allocated for it.
/// </summary>
public sealed class GroupBuilder
{
    private readonly string _origin;
    private readonly LogState _state;
    private readonly byte[] _buffer;
    private readonly BatchLeaf _batchLeaf;
    private readonly Digest[] _leafHashes;
    private readonly Digest[] _batchLeaves;
    private int _length = GroupHeader.Size;

    /// <summary>A builder that goes on from <paramref name="state"/>, which it changes.</summary>
    /// <param name="origin">The log's name.</param>
    /// <param name="state">Where the log stands.</param>
    /// <param name="maximumGroupBytes">Bound on a group on disk, within <see cref="SegmentLayout.MinimumGroupBytes"/> and <see cref="SegmentLayout.MaximumGroupBytes"/>.</param>
    /// <param name="maximumGroupEntries">Bound on a group in entries, at most <see cref="SegmentLayout.MaximumGroupEntries"/>.</param>
    public GroupBuilder(string origin, LogState state, int maximumGroupBytes, int maximumGroupEntries = SegmentLayout.MaximumGroupEntries)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumGroupEntries);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maximumGroupEntries, SegmentLayout.MaximumGroupEntries);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumGroupBytes, SegmentLayout.MinimumGroupBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maximumGroupBytes, SegmentLayout.MaximumGroupBytes);
        _origin = origin;
        _state = state;
        _batchLeaf = new BatchLeaf(origin);
        _leafHashes = new Digest[maximumGroupEntries];
        _batchLeaves = new Digest[maximumGroupEntries];
        _buffer = new byte[maximumGroupBytes / SegmentLayout.SectorBytes * SegmentLayout.SectorBytes];
    }

    /// <summary>Number of entries in the group so far.</summary>
    public int Count { get; private set; }

    /// <summary>Root of the log's tree after the sealed group.</summary>
    public Digest TreeRoot { get; private set; }

    /// <summary>The sealed group as it goes to disk: a whole number of sectors.</summary>
    public ReadOnlyMemory<byte> Extent { get; private set; }

    /// <summary>Bytes on disk of a group with one more entry of this body; an upper bound, whatever prefix the entry gets.</summary>
    public int ExtentWith(int bodyBytes) =>
        SegmentLayout.RoundUpToSector(_length + sizeof(ushort) + EntryCodec.MaximumPrefixBytes + bodyBytes + GroupTrailer.Size);

    /// <summary>Whether one more entry of this body fits.</summary>
    public bool Fits(int bodyBytes) => Count < _leafHashes.Length && ExtentWith(bodyBytes) <= _buffer.Length;

    /// <summary>Appends an entry, which must fit, and returns its position in the group.</summary>
    public int Append(ReadOnlySpan<byte> body, in Digest bound, Instant time)
    {
        var entry = _buffer.AsSpan(_length + sizeof(ushort));
        var index = _state.Size;
        var length = EntryCodec.WritePrefix(entry, index, _state.LastLeafHash, time);
        body.CopyTo(entry[length..]);
        length += body.Length;
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(_length), (ushort)length);
        _length += sizeof(ushort) + length;

        var leafHash = TreeHash.LeafInPlace(_buffer.AsSpan(_length - length - 1, length + 1));
        _leafHashes[Count] = leafHash;
        _batchLeaves[Count] = _batchLeaf.Hash(index, leafHash, bound);
        _state.Append(leafHash, time);
        return Count++;
    }

    /// <summary>Leaf hash of an entry of the group.</summary>
    public Digest LeafHash(int position) => _leafHashes[position];

    /// <summary>Leaf hashes of the group's first entries; valid until the next <see cref="Append"/>.</summary>
    public ReadOnlySpan<Digest> LeafHashes(int count) => _leafHashes.AsSpan(0, count);

    /// <summary>Signs the batch and closes the group, which then stands in <see cref="Extent"/> until the next <see cref="Append"/>.</summary>
    public GroupCommit Seal(ECDsa key, in Digest keyId)
    {
        var commit = GroupCommit.Sign(_origin, _batchLeaves.AsSpan(0, Count), key, keyId);
        var header = new GroupHeader(_state.Size - (ulong)Count, Count, _length - GroupHeader.Size);
        header.Write(_buffer);
        GroupTrailer.Write(_buffer, _length, _state, commit);
        TreeRoot = new GroupTrailer(_buffer.AsSpan(_length)).TreeRoot;
        _buffer.AsSpan((_length + GroupTrailer.Size)..header.ExtentBytes).Clear();
        Extent = _buffer.AsMemory(0, header.ExtentBytes);
        (_length, Count) = (GroupHeader.Size, 0);
        return commit;
    }
}
