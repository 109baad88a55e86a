using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Exchange.Policy.Minimisation;

/// <summary>
/// A set of a dataset's leaf paths: 256 bits, one a path, in the order of <see cref="RecordShape.Leaves"/>. Request, rule and consent are
/// such sets; what is released is their intersection (I1).
/// </summary>
public readonly record struct FieldSet
{
    /// <summary>The most leaf paths a dataset may have.</summary>
    public const int Capacity = 256;

    /// <summary>Width in bytes.</summary>
    public const int Size = Capacity / 8;

    private readonly Vector256<ulong> _words;

    private FieldSet(Vector256<ulong> words) => _words = words;

    /// <summary>No path.</summary>
    public static FieldSet Empty => default;

    /// <summary>Whether no path is in the set.</summary>
    public bool IsEmpty => _words == Vector256<ulong>.Zero;

    /// <summary>How many paths are in the set.</summary>
    public int Count => BitOperations.PopCount(_words[0]) + BitOperations.PopCount(_words[1]) + BitOperations.PopCount(_words[2]) + BitOperations.PopCount(_words[3]);

    /// <summary>The one path of this number.</summary>
    public static FieldSet Of(int leaf) => Range(leaf, leaf + 1);

    /// <summary>The paths [first, end): what lies under one parent.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within [0, 256].</exception>
    public static FieldSet Range(int first, int end)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(end, Capacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, end);
        return new(Vector256.Create(Word(first, end, 0), Word(first, end, 64), Word(first, end, 128), Word(first, end, 192)));
    }

    /// <summary>Reads the form of an audit entry: least significant bit first, no trailing zero bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FieldSet set)
    {
        set = default;
        if (bytes.Length > Size || (bytes.Length > 0 && bytes[^1] == 0))
        {
            return false;
        }

        Span<byte> whole = stackalloc byte[Size];
        whole.Clear();
        bytes.CopyTo(whole);
        set = new(Vector256.Create(Little(whole), Little(whole[8..]), Little(whole[16..]), Little(whole[24..])));
        return true;
    }

    /// <summary>Writes the form of an audit entry into at least 32 bytes; returns how many count.</summary>
    public int CopyTo(Span<byte> destination)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(destination, _words[0]);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], _words[1]);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], _words[2]);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], _words[3]);
        return destination[..Size].LastIndexOfAnyExcept((byte)0) + 1;
    }

    /// <summary>The lowest path in the set, or 256 if it is empty.</summary>
    internal int First
    {
        get
        {
            var word = 0;
            while (word < Capacity / 64 && _words[word] == 0)
            {
                word++;
            }

            return (word * 64) + (word < Capacity / 64 ? BitOperations.TrailingZeroCount(_words[word]) : 0);
        }
    }

    /// <summary>Whether a path is in the set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(int leaf) => (_words[leaf >> 6] >> (leaf & 63) & 1) != 0;

    /// <summary>Whether any path is in both sets.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Overlaps(in FieldSet other) => (_words & other._words) != Vector256<ulong>.Zero;

    /// <summary>Whether any path of [first, end) is in the set.</summary>
    public bool ContainsAny(int first, int end) => !(this & Range(first, end)).IsEmpty;

    /// <summary>Whether every path of [first, end) is in the set.</summary>
    public bool ContainsAll(int first, int end)
    {
        var range = Range(first, end);
        return (this & range) == range;
    }

    /// <summary>Whether every path of the other set is in this one.</summary>
    public bool Contains(in FieldSet other) => (this & other) == other;

    /// <summary>The paths in this set and not in the other.</summary>
    public FieldSet Except(in FieldSet other) => new(Vector256.AndNot(_words, other._words));

    /// <summary>The paths in both.</summary>
    public static FieldSet operator &(in FieldSet left, in FieldSet right) => new(left._words & right._words);

    /// <summary>The paths in either.</summary>
    public static FieldSet operator |(in FieldSet left, in FieldSet right) => new(left._words | right._words);

    private static ulong Little(ReadOnlySpan<byte> bytes) => System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    private static ulong Word(int first, int end, int offset)
    {
        var low = Math.Clamp(first - offset, 0, 64);
        var high = Math.Clamp(end - offset, 0, 64);
        return Below(high) & ~Below(low);
    }

    private static ulong Below(int bit) => bit == 64 ? ulong.MaxValue : (1UL << bit) - 1;
}
