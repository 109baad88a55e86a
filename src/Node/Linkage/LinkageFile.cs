using System.Buffers.Binary;
using Exchange.Audit.Storage;
using Exchange.Vocabulary;

namespace Exchange.Node.Linkage;

/// <summary>
/// The map on disk: 32 bytes an entry, at 32 times its index; zeros for what is not linked. Beside it stands up to which entry everything was made
/// durable. It is the one place that links the entries of a person, so that erasing a person means zeros here.
/// </summary>
internal sealed class LinkageFile : IDisposable
{
    private const string MapName = "map";
    private const string MarkName = "synced";
    private const int MarkBytes = 2 * sizeof(ulong);
    private const int BlockBytes = 1024 * 1024;
    private const int BlockEntries = BlockBytes / EntryLink.Size;

    private readonly ILogStorage _storage;
    private readonly ILogFile _map;
    private readonly ILogFile _mark;

    /// <summary>Opens the map of a folder, or begins one.</summary>
    internal LinkageFile(ILogStorage storage)
    {
        _storage = storage;
        var names = storage.List();
        _map = names.Contains(MapName) ? storage.Open(MapName) : storage.Create(MapName, 0);
        _mark = names.Contains(MarkName) ? storage.Open(MarkName) : storage.Create(MarkName, MarkBytes);
        storage.SyncDirectory();
        Mark = ReadMark();
    }

    /// <summary>Links of entries below it are on the disk.</summary>
    internal ulong Mark { get; private set; }

    /// <summary>Entries that the map reaches to.</summary>
    internal ulong Reach => (ulong)_map.Length / EntryLink.Size;

    internal void Write(ulong first, ReadOnlySpan<byte> links) => _map.Write((long)first * EntryLink.Size, links);

    /// <summary>Makes what was written durable, and remembers that nothing below an index is missing.</summary>
    internal void Sync(ulong mark)
    {
        _map.Sync();
        if (mark <= Mark)
        {
            return;
        }

        // Twice, the second time inverted: a torn one is none.
        Span<byte> bytes = stackalloc byte[MarkBytes];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, mark);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[sizeof(ulong)..], ~mark);
        _mark.Write(0, bytes);
        _mark.Sync();
        Mark = mark;
    }

    /// <summary>The entries of [from, to) that are linked, ascending.</summary>
    internal IEnumerable<EntryLink> Links(ulong from, ulong to)
    {
        var block = new byte[BlockBytes];
        for (var first = from; first < to; first += BlockEntries)
        {
            var count = _map.Read((long)first * EntryLink.Size, block.AsSpan(0, (int)Math.Min(BlockEntries, to - first) * EntryLink.Size)) / EntryLink.Size;
            for (var at = 0; at < count; at++)
            {
                var bytes = block.AsSpan(at * EntryLink.Size, EntryLink.Size);
                if (bytes.ContainsAnyExcept((byte)0))
                {
                    yield return EntryLink.Read(first + (ulong)at, bytes);
                }
            }

            if (count < BlockEntries)
            {
                yield break;
            }
        }
    }

    /// <summary>Puts zeros where any of these subjects stand; the number of entries.</summary>
    internal ulong Erase(IReadOnlySet<SubjectId> subjects)
    {
        var erased = 0UL;
        foreach (var link in Links(0, Reach))
        {
            if (subjects.Contains(link.Subject))
            {
                Write(link.Index, Zeros);
                erased++;
            }
        }

        return erased;
    }

    /// <summary>Puts zeros into [from, to).</summary>
    internal void Erase(ulong from, ulong to)
    {
        var zeros = new byte[BlockBytes];
        for (var first = from; first < to; first += BlockEntries)
        {
            Write(first, zeros.AsSpan(0, (int)Math.Min(BlockEntries, to - first) * EntryLink.Size));
        }
    }

    public void Dispose()
    {
        _map.Dispose();
        _mark.Dispose();
        _storage.Dispose();
    }

    private static ReadOnlySpan<byte> Zeros => new byte[EntryLink.Size];

    private ulong ReadMark()
    {
        Span<byte> bytes = stackalloc byte[MarkBytes];
        if (_mark.Read(0, bytes) != MarkBytes)
        {
            return 0;
        }

        var mark = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        return mark == ~BinaryPrimitives.ReadUInt64BigEndian(bytes[sizeof(ulong)..]) ? mark : 0;
    }
}
