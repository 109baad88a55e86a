using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Storage;

namespace Exchange.Audit.Appending;

/// <summary>
/// The segment that is being written and, preallocated, the one after it. A segment gets its name only when its header is durable, so a
/// named segment always has one.
/// </summary>
internal sealed class SegmentWriter : IDisposable
{
    internal const string ReserveName = "reserve";

    /// <summary>How many bytes of zeros are written at a time: some twenty-five groups of a busy log.</summary>
    internal const int Ahead = 256 * 1024;

    private static readonly byte[] Zeros = new byte[Ahead];

    private readonly ILogStorage _storage;
    private readonly AuditLogOptions _options;
    private readonly TimeProvider _clock;
    private ILogFile? _current;
    private ILogFile? _reserve;
    private ulong _firstIndex;
    private long _offset;
    private long _writtenTo;
    private long _foundNoRoomAt;

    /// <summary>Goes on in <paramref name="current"/> at an offset, or in a segment yet to be made when there is none.</summary>
    internal SegmentWriter(ILogStorage storage, AuditLogOptions options, TimeProvider clock, ILogFile? current, ulong firstIndex, long offset)
    {
        (_storage, _options, _clock) = (storage, options, clock);
        (_current, _firstIndex, _offset) = (current, firstIndex, offset);
        if (storage.List().Contains(ReserveName))
        {
            // It may be of another size, or half made; a new one is quickly had.
            storage.Delete(ReserveName);
        }

        Reserve();
    }

    /// <summary>Whether the next segment is at hand. Where there was no room for it, this tries again now and then.</summary>
    internal bool HoldsReserve()
    {
        if (_reserve is null && _clock.GetElapsedTime(_foundNoRoomAt) >= _options.RoomRetryInterval)
        {
            Reserve();
        }

        return _reserve is not null;
    }

    /// <summary>Whether the current segment has room for a group.</summary>
    internal bool HasRoom(int extentBytes) => _current is not null && _offset + extentBytes <= _current.Length;

    /// <summary>Writes a group behind the others and returns once it is on the disk.</summary>
    internal void Append(ReadOnlySpan<byte> extent)
    {
        var end = _offset + extent.Length;
        _current!.Write(_offset, extent);
        WriteAhead(_current, end);
        _current.Sync();
        _offset = end;
    }

    /// <summary>
    /// A sync of room that was only allocated has to wait for the file system's journal, which says from then on that something is written there. So when a group gets
    /// to the end of what is written, zeros for many more go with it, and their syncs need no journal.
    /// </summary>
    private void WriteAhead(ILogFile file, long end)
    {
        if (end <= _writtenTo)
        {
            return;
        }

        _writtenTo = Math.Min(end + Ahead, file.Length);
        if (_writtenTo > end)
        {
            file.Write(end, Zeros.AsSpan(0, (int)(_writtenTo - end)));
        }
    }

    /// <summary>Makes the reserve the current segment; false when there is no room for one.</summary>
    internal bool TryRoll(string origin, LogState state)
    {
        if (!HoldsReserve())
        {
            return false;
        }

        var header = new SegmentHeader
        {
            Origin = origin,
            FileBytes = _reserve!.Length,
            PreviousFirstIndex = _current is null ? state.Size : _firstIndex,
            Before = state,
        };
        var bytes = new byte[SegmentLayout.HeaderBytes];
        header.Write(bytes);

        // The order matters: content, then name, then the name's durability, and only then a group.
        _reserve.Write(0, bytes);
        _reserve.Sync();
        _storage.Rename(ReserveName, SegmentLayout.FileName(state.Size));
        _storage.SyncDirectory();

        _current?.Dispose();
        (_current, _reserve) = (_reserve, null);
        (_firstIndex, _offset, _writtenTo) = (state.Size, SegmentLayout.HeaderBytes, 0);
        Reserve();
        return true;
    }

    public void Dispose()
    {
        _current?.Dispose();
        _reserve?.Dispose();
    }

    private void Reserve()
    {
        try
        {
            _reserve = _storage.Create(ReserveName, _options.SegmentBytes);
        }
        catch (LogStorageFullException)
        {
            _foundNoRoomAt = _clock.GetTimestamp();
        }
    }
}
