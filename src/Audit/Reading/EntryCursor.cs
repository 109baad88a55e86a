using System.Buffers.Binary;
using Exchange.Audit.Proofs.Segments;

namespace Exchange.Audit.Reading;

/// <summary>Moves over the entries of a log without copying them. For one thread.</summary>
public sealed class EntryCursor : IDisposable
{
    private readonly GroupCursor _groups;
    private readonly ulong _to;
    private ulong _next;
    private ulong _groupEnd;
    private int _start;
    private int _length;

    internal EntryCursor(GroupCursor groups, ulong from, ulong to) => (_groups, _next, _to) = (groups, from, to);

    /// <summary>The entry's index.</summary>
    public ulong Index { get; private set; }

    /// <summary>The entry's bytes; valid until the next move.</summary>
    public ReadOnlySpan<byte> Current => _groups.Current.Entries.Slice(_start, _length);

    /// <summary>Name of the segment file that it is in.</summary>
    public string Segment => _groups.Segment;

    /// <summary>The entry's first byte in that file.</summary>
    public long Offset => _groups.Offset + GroupHeader.Size + _start;

    /// <summary>Moves to the next entry; false at the end.</summary>
    /// <exception cref="UnreadableLogException">The log is damaged here.</exception>
    /// <exception cref="FileNotFoundException">The segment was removed meanwhile.</exception>
    public bool MoveNext()
    {
        if (_next >= _to)
        {
            return false;
        }

        if (_next >= _groupEnd)
        {
            if (!_groups.MoveNext())
            {
                return false;
            }

            var header = _groups.Current.Header;
            (_start, _length, _groupEnd) = (0, 0, header.FirstIndex + (ulong)header.Count);
            for (var skipped = header.FirstIndex; skipped < _next; skipped++)
            {
                Advance();
            }
        }

        Advance();
        Index = _next++;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _groups.Dispose();

    private void Advance()
    {
        var entries = _groups.Current.Entries;
        var at = _start + _length;
        if (at + sizeof(ushort) > entries.Length || at + sizeof(ushort) + BinaryPrimitives.ReadUInt16BigEndian(entries[at..]) > entries.Length)
        {
            throw new UnreadableLogException($"The group at offset {_groups.Offset} of {_groups.Segment} holds fewer entries than its header says.");
        }

        (_start, _length) = (at + sizeof(ushort), BinaryPrimitives.ReadUInt16BigEndian(entries[at..]));
    }
}
