using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Exchange.Audit.Proofs.Entries;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Reading;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Audit.Queries;

/// <summary>Makes a file of the index out of the entries.</summary>
internal sealed class IndexChunkBuilder
{
    private readonly byte[] _kinds = new byte[IndexLayout.Entries];
    private readonly ushort[] _outcomes = new ushort[IndexLayout.Entries];
    private readonly ushort[][] _names = [.. Enumerable.Range(0, IndexLayout.NameColumns).Select(_ => new ushort[IndexLayout.Entries])];
    private readonly NameCodes[] _codes = [.. Enumerable.Range(0, IndexLayout.NameColumns).Select(_ => new NameCodes())];
    private readonly uint[] _transfers = new uint[IndexLayout.Entries];

    /// <summary>The file's bytes for the entries from <paramref name="first"/> on, all of which the log has.</summary>
    internal static byte[] Build(LogReader log, ulong first)
    {
        var builder = new IndexChunkBuilder();
        var last = default(Digest);
        using var entries = log.Entries(first, first + IndexLayout.Entries);
        while (entries.MoveNext())
        {
            var at = (int)(entries.Index - first);
            builder.Add(at, entries.Current);
            if (at == IndexLayout.Entries - 1)
            {
                last = TreeHash.Leaf(entries.Current);
            }
        }

        return builder.ToBytes(first, last);
    }

    /// <summary>What the column of transfers holds of an id.</summary>
    internal static uint TransferOf(ReadOnlySpan<byte> id) => id.Length < sizeof(uint) ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(id);

    private void Add(int at, ReadOnlySpan<byte> entry)
    {
        for (var field = new EntryScan(entry); field.MoveNext();)
        {
            switch (field.Number)
            {
                case AuditEntry.KindFieldNumber:
                    _kinds[at] = (byte)Math.Min(field.Value, byte.MaxValue);
                    break;
                case AuditEntry.OutcomeFieldNumber:
                    _outcomes[at] = (ushort)Math.Min(field.Value, ushort.MaxValue);
                    break;
                case AuditEntry.TransferIdFieldNumber:
                    _transfers[at] = TransferOf(field.Content);
                    break;
                case >= AuditEntry.ConsumerFieldNumber and <= AuditEntry.PurposeFieldNumber:
                    var column = field.Number - AuditEntry.ConsumerFieldNumber;
                    _names[column][at] = _codes[column].Of(field.Content);
                    break;
                case > AuditEntry.OutcomeFieldNumber:
                    return; // The fields of an entry that a log has accepted are in order.
            }
        }
    }

    private byte[] ToBytes(ulong first, in Digest lastLeaf)
    {
        var names = _codes.Sum(codes => sizeof(ushort) + codes.Names.Sum(name => sizeof(ushort) + name.Length));
        var bytes = new byte[IndexLayout.HeadBytes + names + IndexLayout.Offset(IndexLayout.Columns)];
        IndexLayout.Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(IndexLayout.FirstIndexAt), first);
        lastLeaf.CopyTo(bytes.AsSpan(IndexLayout.LeafAt));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(IndexLayout.NamesBytesAt), (uint)names);
        WriteNames(bytes.AsSpan(IndexLayout.HeadBytes, names));
        for (var column = 0; column < IndexLayout.Columns; column++)
        {
            var content = Column(column);
            content.CopyTo(bytes.AsSpan(IndexLayout.HeadBytes + names + IndexLayout.Offset(column)));
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(IndexLayout.ColumnChecksAt + (column * Crc32C.Size)), Crc32C.Compute(content));
        }

        // The head's own place counts as zeros.
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(IndexLayout.CheckAt), Crc32C.Compute(bytes.AsSpan(0, IndexLayout.HeadBytes + names)));
        return bytes;
    }

    private void WriteNames(Span<byte> destination)
    {
        foreach (var codes in _codes)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(destination, (ushort)codes.Names.Count);
            destination = destination[sizeof(ushort)..];
            foreach (var name in codes.Names)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(destination, (ushort)name.Length);
                name.CopyTo(destination[sizeof(ushort)..]);
                destination = destination[(sizeof(ushort) + name.Length)..];
            }
        }
    }

    private ReadOnlySpan<byte> Column(int column) => column switch
    {
        0 => _kinds,
        1 => MemoryMarshal.AsBytes<ushort>(_outcomes),
        IndexLayout.Columns - 1 => MemoryMarshal.AsBytes<uint>(_transfers),
        _ => MemoryMarshal.AsBytes<ushort>(_names[column - IndexLayout.FirstNameColumn]),
    };
}
