using System.Buffers;
using System.Buffers.Binary;
using Exchange.Audit.Proofs.Tiles;
using Exchange.Audit.Reading;

namespace Exchange.Audit.Export;

/// <summary>
/// Cuts entry bundles of tlog-tiles out of groups: both hold <c>u16 length ‖ entry</c>, so that a bundle is copied in as many pieces as there are
/// groups in it. One bundle after another costs one pass.
/// </summary>
internal sealed class BundleCutter(LogReader log) : IDisposable
{
    private GroupCursor? _groups;
    private ulong _next;
    private int _at;
    private ulong _groupEnd;

    /// <summary>Writes the bundle; false when its entries were removed.</summary>
    internal bool TryCut(TileAddress bundle, IBufferWriter<byte> destination)
    {
        var start = bundle.Index * TileAddress.FullWidth;
        try
        {
            Seek(start);
            for (var end = start + (ulong)bundle.Width; _next < end;)
            {
                if (_next == _groupEnd)
                {
                    Move();
                }

                var entries = _groups!.Current.Entries;
                var from = _at;
                Skip(entries, Math.Min(end, _groupEnd));
                destination.Write(entries[from.._at]);
            }

            return true;
        }
        catch (FileNotFoundException) when (start < log.FirstIndex)
        {
            return false;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _groups?.Dispose();
        _groups = null;
    }

    private void Seek(ulong start)
    {
        if (_groups is not null && _next == start)
        {
            return;
        }

        _groups?.Dispose();
        _groups = log.Groups(start);
        Move();
        Skip(_groups.Current.Entries, start);
    }

    private void Move()
    {
        if (!_groups!.MoveNext())
        {
            // The log had fewer entries when the cursor began.
            _groups.Dispose();
            _groups = log.Groups(_next);
            _groups.MoveNext();
        }

        var header = _groups.Current.Header;
        (_next, _at, _groupEnd) = (header.FirstIndex, 0, header.FirstIndex + (ulong)header.Count);
    }

    /// <summary>Moves over the entries before an index.</summary>
    private void Skip(ReadOnlySpan<byte> entries, ulong index)
    {
        for (; _next < index; _next++)
        {
            _at += sizeof(ushort) + (_at + sizeof(ushort) <= entries.Length ? BinaryPrimitives.ReadUInt16BigEndian(entries[_at..]) : entries.Length);
            if (_at > entries.Length)
            {
                throw new UnreadableLogException($"The group at offset {_groups!.Offset} of {_groups.Segment} holds fewer entries than its header says.");
            }
        }
    }
}
