using System.Buffers.Binary;

namespace Exchange.Audit.Proofs.Publication;

/// <summary>
/// A line of the linkage file: under which consent's key the consent tag of an entry was made. With it, and only with it, an authorised auditor
/// can tell which entries are of one consent, and check that no release follows its withdrawal. It names nobody.
/// </summary>
/// <param name="Index">The entry.</param>
/// <param name="ConsentKey">32 bytes.</param>
public readonly record struct LinkageRecord(ulong Index, ReadOnlyMemory<byte> ConsentKey)
{
    /// <summary>Bytes of a key.</summary>
    public const int KeySize = 32;

    /// <summary>Bytes of a record: <c>u64 index ‖ key</c>; records stand in ascending order of their indexes.</summary>
    public const int Size = sizeof(ulong) + KeySize;

    /// <summary>The file's first line.</summary>
    public static ReadOnlySpan<byte> Magic => "exchange.linkage.v1\n"u8;

    /// <summary>Writes <see cref="Size"/> bytes.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, Index);
        ConsentKey.Span.CopyTo(destination[sizeof(ulong)..]);
    }

    /// <summary>Reads a record of <see cref="Size"/> bytes.</summary>
    public static LinkageRecord Read(ReadOnlyMemory<byte> source) => new(BinaryPrimitives.ReadUInt64BigEndian(source.Span), source.Slice(sizeof(ulong), KeySize));
}
