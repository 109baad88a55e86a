using System.Buffers.Binary;
using Exchange.Audit.Storage;

namespace Exchange.Audit.Tiles;

/// <summary>
/// How far the levels are durable. The file <c>synced</c> tells the next start, which then need not look at what stands before it. After a sync that
/// failed nothing is promised any more.
/// </summary>
internal sealed class DurableLevels(ILogStorage storage, HashLevels levels) : IDisposable
{
    private const string MarkName = "synced";
    private const int MarkBytes = 2 * sizeof(ulong);

    /// <summary>Leaves after which the files are synced: what a start after a power loss has to look at again.</summary>
    private const ulong SyncStep = 1 << 20;

    private ILogFile? _mark;
    private bool _hasFailed;

    /// <summary>Leaves whose hashes, with those above them, are on the disk.</summary>
    internal ulong Size { get; private set; }

    /// <summary>At a start: as many as were synced once, if they are still there; 0 when nobody knows.</summary>
    internal void TakeUp(ulong present)
    {
        _mark = storage.List().Contains(MarkName) ? storage.Open(MarkName) : null;
        var marked = ReadMark();
        Size = Math.Min(marked, present);
        if (Size < marked)
        {
            Mark(Size); // More than there is now was synced once. What is written there again is not.
        }
    }

    /// <summary>Takes everything back, before the levels are written anew.</summary>
    internal void Forget()
    {
        Size = 0;
        Mark(0);
    }

    /// <summary>Syncs when enough has come together.</summary>
    /// <exception cref="IOException">As <see cref="Sync"/> says.</exception>
    internal void SyncIfDue()
    {
        if (levels.Size - Size >= SyncStep && !_hasFailed)
        {
            Sync();
        }
    }

    /// <summary>Makes everything so far durable, and notes of how many leaves that is true.</summary>
    /// <exception cref="IOException">It could not be made durable, now or before: the system may have dropped what it could not write.</exception>
    internal void Sync()
    {
        if (_hasFailed)
        {
            throw new IOException($"The hash tiles in {storage.Location} could not be made durable before; only a new start can tell what of them is there.");
        }

        try
        {
            levels.Sync();
            Mark(levels.Size);
            Size = levels.Size;
        }
        catch (IOException)
        {
            _hasFailed = true;
            throw;
        }
    }

    public void Dispose() => _mark?.Dispose();

    private ulong ReadMark()
    {
        Span<byte> bytes = stackalloc byte[MarkBytes];
        if (_mark?.Read(0, bytes) != MarkBytes)
        {
            return 0;
        }

        // Written twice, the second time inverted: a torn one is none.
        var size = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        return size == ~BinaryPrimitives.ReadUInt64BigEndian(bytes[sizeof(ulong)..]) ? size : 0;
    }

    private void Mark(ulong size)
    {
        _mark ??= storage.Create(MarkName, MarkBytes);
        storage.SyncDirectory(); // The names of new levels, too: before the mark that vouches for them.
        Span<byte> bytes = stackalloc byte[MarkBytes];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, size);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[sizeof(ulong)..], ~size);
        _mark.Write(0, bytes);
        _mark.Sync();
    }
}
