using System.Buffers.Binary;

namespace Exchange.Audit.Proofs.Segments;

/// <summary>The bytes of one group commit as they stand in a segment; valid until the reader moves on.</summary>
public readonly ref struct Group
{
    private readonly ReadOnlySpan<byte> _extent;

    /// <summary>The group that a header frames; whether it is whole is for <see cref="IsIntact"/> to say.</summary>
    /// <param name="extent">The bytes that it takes on disk.</param>
    /// <param name="header">Their front.</param>
    public Group(ReadOnlySpan<byte> extent, GroupHeader header)
    {
        _extent = extent;
        Header = header;
    }

    /// <summary>The group's header.</summary>
    public GroupHeader Header { get; }

    /// <summary>The entries as they stand: <c>u16 length ‖ entry</c>, one after another.</summary>
    public ReadOnlySpan<byte> Entries => _extent.Slice(GroupHeader.Size, Header.EntriesBytes);

    /// <summary>The bytes that it takes on disk.</summary>
    internal ReadOnlySpan<byte> Extent => _extent;

    /// <summary>The group's trailer.</summary>
    public GroupTrailer Trailer => new(_extent[TrailerAt..]);

    private int TrailerAt => GroupHeader.Size + Header.EntriesBytes;

    /// <summary>Whether check sum, marks and padding are as written.</summary>
    public bool IsIntact => GroupTrailer.IsIntact(_extent, TrailerAt);

    /// <summary>Reads a whole, intact group from the bytes that it takes on disk.</summary>
    public static bool TryRead(ReadOnlySpan<byte> extent, out Group group)
    {
        group = default;
        if (!GroupHeader.TryRead(extent, out var header) || extent.Length != header.ExtentBytes)
        {
            return false;
        }

        group = new Group(extent, header);
        return group.IsIntact;
    }

    /// <summary>The entries in order.</summary>
    public EntryEnumerator GetEnumerator() => new(Entries);

    /// <summary>Whether this may be a write that never finished: its end is missing, or a sector of it is still zeros.</summary>
    internal bool IsUnfinished
    {
        get
        {
            for (var at = 0; at < _extent.Length; at += SegmentLayout.SectorBytes)
            {
                if (!_extent.Slice(at, SegmentLayout.SectorBytes).ContainsAnyExcept((byte)0))
                {
                    return true;
                }
            }

            return GroupTrailer.IsMissing(_extent, TrailerAt);
        }
    }

    /// <summary>Walks <c>u16 length ‖ entry</c>; ends at the first length that does not fit.</summary>
    public ref struct EntryEnumerator
    {
        private ReadOnlySpan<byte> _rest;

        internal EntryEnumerator(ReadOnlySpan<byte> entries) => _rest = entries;

        /// <summary>The entry's bytes.</summary>
        public ReadOnlySpan<byte> Current { get; private set; }

        /// <summary>Bytes after the current entry.</summary>
        public readonly int Remaining => _rest.Length;

        /// <summary>Moves to the next entry.</summary>
        public bool MoveNext()
        {
            if (_rest.Length < sizeof(ushort))
            {
                return false;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(_rest);
            if (length > _rest.Length - sizeof(ushort))
            {
                return false;
            }

            Current = _rest.Slice(sizeof(ushort), length);
            _rest = _rest[(sizeof(ushort) + length)..];
            return true;
        }
    }
}
