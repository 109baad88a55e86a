using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Exchange.Vocabulary;

/// <summary>Names one crossing of the node: 16 random bytes, minted for each sealed envelope, since its key and nonce come from it.</summary>
public readonly record struct TransferId(UInt128 Value)
{
    /// <summary>Width in bytes.</summary>
    public const int Size = RandomId.Size;

    /// <summary>Mints an id from the system's random generator.</summary>
    public static TransferId New() => new(RandomId.New());

    /// <summary>Reads exactly 16 bytes, big-endian.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out TransferId id)
    {
        var read = RandomId.TryRead(bytes, out var value);
        id = new(value);
        return read;
    }

    /// <summary>Reads 32 hexadecimal characters.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TransferId id)
    {
        var parsed = RandomId.TryParse(text, out var value);
        id = new(value);
        return parsed;
    }

    /// <summary>Writes 16 bytes, big-endian.</summary>
    public void CopyTo(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, Value);

    /// <summary>A new array of 16 bytes.</summary>
    public byte[] ToArray() => RandomId.ToArray(Value);

    /// <summary>Thirty-two lower-case hexadecimal characters.</summary>
    public override string ToString() => RandomId.Format(Value);
}
