using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Reading;
using Exchange.Format.V1;
using Exchange.Vocabulary;
using Microsoft.Win32.SafeHandles;

namespace Exchange.Audit.Queries;

/// <summary>A file of the index, of which head and names are in memory; columns are read when they are asked for.</summary>
internal sealed class IndexChunk
{
    private const int MostNamesBytes = 64 * 1024 * 1024;

    private static readonly int[] MostTellingFirst = [IndexLayout.Transfer, 5, 4, 2, IndexLayout.Outcome, 3, IndexLayout.Kind];

    private readonly string _path;
    private readonly byte[] _head;
    private readonly Dictionary<string, ushort>[] _codes;

    private IndexChunk(string path, byte[] head, Dictionary<string, ushort>[] codes) => (_path, _head, _codes) = (path, head, codes);

    /// <summary>Leaf hash of the last entry: the log must have it there, or the file is another log's.</summary>
    internal Digest LastLeaf => new(_head.AsSpan(IndexLayout.LeafAt, Digest.Size));

    /// <summary>Reads head and names; null when the file is missing, damaged, or for other entries.</summary>
    internal static IndexChunk? Open(string path, ulong first)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var head = new byte[IndexLayout.HeadBytes];
        if (!TryFill(file, 0, head) || !head.AsSpan().StartsWith(IndexLayout.Magic) || BinaryPrimitives.ReadUInt64LittleEndian(head.AsSpan(IndexLayout.FirstIndexAt)) != first)
        {
            return null;
        }

        var namesBytes = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(IndexLayout.NamesBytesAt));
        var length = RandomAccess.GetLength(file);
        if (namesBytes > MostNamesBytes || length != IndexLayout.HeadBytes + namesBytes + IndexLayout.Offset(IndexLayout.Columns))
        {
            return null;
        }

        var all = new byte[IndexLayout.HeadBytes + (int)namesBytes];
        head.CopyTo(all, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(all.AsSpan(IndexLayout.CheckAt), 0);
        return TryFill(file, IndexLayout.HeadBytes, all.AsSpan(IndexLayout.HeadBytes))
            && Crc32C.Compute(all) == BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(IndexLayout.CheckAt))
            ? new IndexChunk(path, head, Names(all.AsSpan(IndexLayout.HeadBytes)))
            : null;
    }

    /// <summary>Lists the places within the chunk of entries that may meet the query, ascending. False when the file is damaged.</summary>
    internal bool TryFind(EntryQuery query, List<int> places)
    {
        places.Clear();
        if (!TryCodes(query, out var codes))
        {
            return true; // Nothing in this chunk has that name.
        }

        using var file = File.OpenHandle(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var buffer = new byte[IndexLayout.Entries * sizeof(uint)];
        var isFirst = true;
        foreach (var column in MostTellingFirst)
        {
            if (!IsAsked(query, codes, column))
            {
                continue;
            }

            if (!TryColumn(file, column, buffer, out var content))
            {
                return false;
            }

            Narrow(column, content, query, codes, places, isFirst);
            isFirst = false;
            if (places.Count == 0)
            {
                return true;
            }
        }

        return true;
    }

    private static bool IsAsked(EntryQuery query, ushort[] codes, int column) => column switch
    {
        IndexLayout.Kind => query.Kinds.Count > 0,
        IndexLayout.Outcome => query.Outcome is not null,
        IndexLayout.Transfer => query.TransferId is not null,
        _ => codes[column - IndexLayout.FirstNameColumn] != IndexLayout.Absent,
    };

    private static void Narrow(int column, ReadOnlySpan<byte> content, EntryQuery query, ushort[] codes, List<int> places, bool isFirst)
    {
        switch (column)
        {
            case IndexLayout.Kind:
                NarrowToKinds(content, query.Kinds, places, isFirst);
                break;
            case IndexLayout.Outcome:
                Narrow(MemoryMarshal.Cast<byte, ushort>(content), (ushort)Math.Min((int)query.Outcome!.Value, ushort.MaxValue), ushort.MaxValue, places, isFirst);
                break;
            case IndexLayout.Transfer:
                var transfer = IndexChunkBuilder.TransferOf(query.TransferId!.Value.Span);
                Narrow(MemoryMarshal.Cast<byte, uint>(content), transfer, transfer, places, isFirst);
                break;
            default:
                Narrow(MemoryMarshal.Cast<byte, ushort>(content), codes[column - IndexLayout.FirstNameColumn], IndexLayout.Any, places, isFirst);
                break;
        }
    }

    /// <summary>The numbers of the names that are asked for; false when one does not occur.</summary>
    private bool TryCodes(EntryQuery query, out ushort[] codes)
    {
        string?[] names = [query.Consumer, query.Provider, query.Dataset, query.Purpose];
        codes = new ushort[names.Length];
        for (var column = 0; column < names.Length; column++)
        {
            if (names[column] is { } name && !TryCode(column, name, out codes[column]))
            {
                return false;
            }
        }

        return true;
    }

    private static Dictionary<string, ushort>[] Names(ReadOnlySpan<byte> bytes)
    {
        var columns = new Dictionary<string, ushort>[IndexLayout.NameColumns];
        for (var column = 0; column < columns.Length; column++)
        {
            var count = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
            bytes = bytes[sizeof(ushort)..];
            columns[column] = new(count, StringComparer.Ordinal);
            for (var i = 1; i <= count; i++)
            {
                var length = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
                columns[column][Encoding.UTF8.GetString(bytes.Slice(sizeof(ushort), length))] = (ushort)i;
                bytes = bytes[(sizeof(ushort) + length)..];
            }
        }

        return columns;
    }

    private static bool TryFill(SafeFileHandle file, long offset, Span<byte> destination) => OpenFile.Read(file, offset, destination) == destination.Length;

    /// <summary>Keeps the places whose value is one of two; the first time, all places are looked at.</summary>
    private static void Narrow<T>(ReadOnlySpan<T> column, T wanted, T any, List<int> places, bool isFirst)
        where T : unmanaged, IEquatable<T>
    {
        if (!isFirst)
        {
            var kept = 0;
            var all = CollectionsMarshal.AsSpan(places);
            foreach (var place in all)
            {
                if (column[place].Equals(wanted) || column[place].Equals(any))
                {
                    all[kept++] = place;
                }
            }

            CollectionsMarshal.SetCount(places, kept);
            return;
        }

        for (int at = 0, next; (next = column[at..].IndexOfAny(wanted, any)) >= 0;)
        {
            at += next;
            places.Add(at++);
        }
    }

    private static void NarrowToKinds(ReadOnlySpan<byte> column, IReadOnlyCollection<EntryKind> kinds, List<int> places, bool isFirst)
    {
        var wanted = SearchValues.Create([.. kinds.Select(kind => (byte)Math.Min((int)kind, byte.MaxValue))]);
        if (!isFirst)
        {
            var kept = 0;
            var all = CollectionsMarshal.AsSpan(places);
            foreach (var place in all)
            {
                if (wanted.Contains(column[place]))
                {
                    all[kept++] = place;
                }
            }

            CollectionsMarshal.SetCount(places, kept);
            return;
        }

        for (int at = 0, next; (next = column[at..].IndexOfAny(wanted)) >= 0;)
        {
            at += next;
            places.Add(at++);
        }
    }

    /// <summary>A column with more names than there are numbers may hold any of them under the last number.</summary>
    private bool TryCode(int column, string name, out ushort code)
    {
        if (_codes[column].TryGetValue(name, out code))
        {
            return true;
        }

        code = IndexLayout.Any;
        return _codes[column].Count >= IndexLayout.Any - 1;
    }

    private bool TryColumn(SafeFileHandle file, int column, byte[] buffer, out ReadOnlySpan<byte> content)
    {
        var bytes = buffer.AsSpan(0, IndexLayout.Width(column) * IndexLayout.Entries);
        content = bytes;
        var names = BinaryPrimitives.ReadUInt32LittleEndian(_head.AsSpan(IndexLayout.NamesBytesAt));
        return TryFill(file, IndexLayout.HeadBytes + names + IndexLayout.Offset(column), bytes)
            && Crc32C.Compute(bytes) == BinaryPrimitives.ReadUInt32LittleEndian(_head.AsSpan(IndexLayout.ColumnChecksAt + (column * Crc32C.Size)));
    }
}
