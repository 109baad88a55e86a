using System.Buffers.Binary;
using Exchange.Audit.Proofs.Entries;
using Exchange.Audit.Proofs.Publication;
using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Proofs.Tiles;

namespace Exchange.Audit.Proofs.Verification.Published;

/// <summary>Walks the entry bundles of a published log, and copies entries out of them without understanding them.</summary>
internal sealed class BundleCursor(IPublishedFiles files, ulong size, ulong start)
{
    private const int MaximumBytes = TileAddress.FullWidth * (sizeof(ushort) + EntryCodec.MaximumBytes);

    private ReadOnlyMemory<byte> _bundle;
    private TileAddress _address;
    private int _at;
    private ulong _bundleEnd = start;

    /// <summary>The next entry.</summary>
    internal ulong Next { get; private set; } = start;

    /// <summary>Bundles that were read.</summary>
    internal int Bundles { get; private set; }

    /// <summary>The name of the bundle of an entry.</summary>
    internal string NameOf(ulong index) => index < size ? TileAddress.Holding(TileAddress.Entries, index, size).Path : PublishedPath.Checkpoint;

    /// <summary>Whether the bundle of an entry is there.</summary>
    internal static bool IsThere(IPublishedFiles files, ulong index, ulong size) => ReadBundle(files, TileAddress.Holding(TileAddress.Entries, index, size)) is not null;

    /// <summary>Copies entries up to an index into a stretch, as far as the bundles hold together; what is wrong with them otherwise.</summary>
    internal (LogProblemKind Kind, string What)? CopyTo(Stretch stretch, ulong end)
    {
        var begun = stretch.Length;
        while (Next < end)
        {
            if (Next == _bundleEnd)
            {
                if (_at < _bundle.Length)
                {
                    return (LogProblemKind.Framing, $"{_address} has {_bundle.Length - _at} bytes behind its last entry");
                }

                if (Move() is { } missing)
                {
                    return missing;
                }
            }

            var (from, until) = (_at, Math.Min(end, _bundleEnd));
            var bytes = _bundle.Span;
            for (; Next < until; Next++)
            {
                var length = _at + sizeof(ushort) <= bytes.Length ? BinaryPrimitives.ReadUInt16BigEndian(bytes[_at..]) : int.MaxValue;
                if (length > bytes.Length - _at - sizeof(ushort))
                {
                    stretch.Append(bytes[from.._at]);
                    return (LogProblemKind.Framing, $"{_address} ends within entry {Next}");
                }

                _at += sizeof(ushort) + length;
            }

            stretch.Append(bytes[from.._at]);
            if (stretch.Length - begun > SegmentLayout.MaximumGroupBytes)
            {
                return (LogProblemKind.Framing, $"a group up to entry {end - 1} has more bytes than any group");
            }
        }

        return null;
    }

    /// <summary>What stands behind the last entry that was copied, which should be the end of its bundle; only of the log's last one, and of a range's.</summary>
    internal bool IsAtEnd(ulong end) => end < _bundleEnd || _at == _bundle.Length;

    private (LogProblemKind Kind, string What)? Move()
    {
        _address = TileAddress.Holding(TileAddress.Entries, Next, size);
        if (ReadBundle(files, _address) is not { } bundle)
        {
            return (LogProblemKind.Missing, $"{_address} is missing");
        }

        Bundles++;
        (_bundle, _at, _bundleEnd) = (bundle, 0, Next + (ulong)_address.Width);
        return null;
    }

    private static ReadOnlyMemory<byte>? ReadBundle(IPublishedFiles files, TileAddress address)
    {
        if (files.Read(address.Path, MaximumBytes) is { } bundle)
        {
            return bundle;
        }

        if (address.IsFull || files.Read((address with { Width = TileAddress.FullWidth }).Path, MaximumBytes) is not { } full)
        {
            return null;
        }

        // It has grown full meanwhile; its first entries are the ones that were asked for.
        return Front(full, address.Width);
    }

    private static ReadOnlyMemory<byte> Front(ReadOnlyMemory<byte> bundle, int entries)
    {
        var at = 0;
        for (var i = 0; i < entries && at + sizeof(ushort) <= bundle.Length; i++)
        {
            at += sizeof(ushort) + BinaryPrimitives.ReadUInt16BigEndian(bundle.Span[at..]);
        }

        return bundle[..Math.Min(at, bundle.Length)];
    }
}
