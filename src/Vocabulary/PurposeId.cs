using System.Diagnostics.CodeAnalysis;

namespace Exchange.Vocabulary;

/// <summary>Names a purpose that the policy declares, for instance <c>tax-deduction</c>.</summary>
public readonly record struct PurposeId
{
    private PurposeId(string value) => Value = value;

    /// <summary>The name as it is written in files and messages.</summary>
    public string Value { get; }

    /// <summary>Reads a name of 1 to 64 characters: lower-case letters, digits, and single dots, hyphens or underscores within.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out PurposeId id)
    {
        id = PlainName.IsPlain(text) ? new(text) : default;
        return id.Value is not null;
    }

    /// <summary>Reads a name that is known to be one.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static PurposeId Parse(string text) => TryParse(text, out var id)
        ? id
        : throw new FormatException($"'{text}' is not a name such as 'tax-deduction': lower-case letters, digits, and dots, hyphens or underscores within, 64 at most.");

    /// <inheritdoc/>
    public bool Equals(PurposeId other) => string.Equals(Value, other.Value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => Value is null ? 0 : Value.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Value ?? string.Empty;
}
