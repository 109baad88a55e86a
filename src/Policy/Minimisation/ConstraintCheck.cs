using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Exchange.Policy.Minimisation;

/// <summary>A constraint on the values at one path, compiled.</summary>
internal sealed class ConstraintCheck(FieldConstraint constraint, string path, FieldSet leaves)
{
    private const int SmallText = 256;
    private const int RememberedSize = 7;
    private const int RememberedBits = 4;

    private readonly Regex? _pattern = constraint.Pattern.Length == 0 ? null : SharedPattern.Of(constraint.Pattern);

    // Short texts that matched: codes come again and again. A word holds text and length; it is read and written whole, so that passes on
    // several threads can share the table without a lock.
    private readonly ulong[] _matched = new ulong[1 << RememberedBits];

    /// <summary>Whether values are checked at all; a field may be just required.</summary>
    public bool SpeaksOfValues => _pattern is not null || constraint.Minimum is not null || constraint.Maximum is not null || constraint.MaximumLength > 0;

    /// <summary>Whether the field must be there.</summary>
    public bool IsRequired => constraint.Required;

    public ConstraintBreach Breach(ConstraintRule rule) => new(path, leaves, rule);

    /// <summary>The rule that a value of text or bytes breaks, or null.</summary>
    public ConstraintRule? OfOctets(ReadOnlySpan<byte> value)
    {
        if (IsRemembered(value, out var word))
        {
            return null;
        }

        return constraint.MaximumLength > 0 && value.Length > constraint.MaximumLength ? ConstraintRule.MaximumLength
            : _pattern is not null && !Matches(value, word) ? ConstraintRule.Pattern
            : null;
    }

    /// <summary>The rule that a number breaks, or null.</summary>
    public ConstraintRule? OfInteger(Int128 value) =>
        value < constraint.Minimum ? ConstraintRule.Minimum : value > constraint.Maximum ? ConstraintRule.Maximum : null;

    /// <summary>The rule that a floating-point number breaks, or null. What is not a number breaks any.</summary>
    public ConstraintRule? OfFloat(double value) =>
        constraint.Minimum is { } least && !(value >= least) ? ConstraintRule.Minimum
        : constraint.Maximum is { } greatest && !(value <= greatest) ? ConstraintRule.Maximum
        : null;

    private static int Slot(ulong word) => (int)(word * 0x9E3779B97F4A7C15 >> (64 - RememberedBits));

    private bool IsRemembered(ReadOnlySpan<byte> value, out ulong word)
    {
        word = 0;
        if (value.Length is 0 or > RememberedSize)
        {
            return false;
        }

        word = SoundText.Word(value) | ((ulong)value.Length << (8 * RememberedSize));
        return Volatile.Read(ref _matched[Slot(word)]) == word;
    }

    private bool Matches(ReadOnlySpan<byte> value, ulong word)
    {
        // UTF-8 never has more characters than bytes.
        var rented = value.Length > SmallText ? ArrayPool<char>.Shared.Rent(value.Length) : null;
        var text = rented ?? stackalloc char[SmallText];
        var length = Encoding.UTF8.GetChars(value, text);
        var isMatch = _pattern!.IsMatch(text[..length]);
        text[..length].Clear();
        if (rented is not null)
        {
            ArrayPool<char>.Shared.Return(rented);
        }

        if (isMatch && word != 0)
        {
            Volatile.Write(ref _matched[Slot(word)], word);
        }

        return isMatch;
    }
}
