using System.Numerics;

namespace Exchange.Envelopes;

/// <summary>
/// Padmé (Nikitin and others, "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", 2019): a length keeps only
/// as many significant bits as its exponent has, so that a size tells O(log log) bits and costs at most 12 % more.
/// </summary>
public static class Padding
{
    /// <summary>The least padded size: a page without records and of one small record look the same.</summary>
    public const int MinimumSize = 256;

    /// <summary>The least padded size where there are answers and no records: yes and no, one answer and several, given and withheld look the same.</summary>
    public const int AnswersSize = 4096;

    /// <summary>The size to which the plaintext of a payload is padded.</summary>
    /// <param name="length">Bytes of the plaintext.</param>
    /// <param name="answersOnly">Whether the payload holds answers and no records.</param>
    public static int PaddedSize(int length, bool answersOnly) => answersOnly ? Math.Max(AnswersSize, PaddedSize(length)) : PaddedSize(length);

    /// <summary>
    /// The size to which a plaintext of this many bytes is padded: at least <see cref="MinimumSize"/>; with E = ⌊log2 length⌋ and
    /// S = ⌊log2 E⌋ + 1, the length rounded up to a multiple of 2^(E − S).
    /// </summary>
    public static int PaddedSize(int length)
    {
        if (length <= MinimumSize)
        {
            return MinimumSize;
        }

        var exponent = BitOperations.Log2((uint)length);
        var significant = BitOperations.Log2((uint)exponent) + 1;
        var mask = (1 << (exponent - significant)) - 1;
        return checked(length + mask) & ~mask;
    }
}
