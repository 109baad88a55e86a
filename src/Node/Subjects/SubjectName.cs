using System.Text;
using Exchange.Vocabulary;

namespace Exchange.Node.Subjects;

/// <summary>
/// How one side names a subject. A provider's own numbers mean nothing elsewhere, so they are scoped by the provider; state identifiers
/// have no scope.
/// </summary>
internal readonly record struct SubjectName
{
    /// <summary>Longest value, in bytes of UTF-8.</summary>
    internal const int MaximumBytes = 128;

    private SubjectName(string scope, SubjectScheme scheme, string value)
    {
        Scope = scope;
        Scheme = scheme;
        Value = value;
    }

    internal string Scope { get; }

    internal SubjectScheme Scheme { get; }

    /// <summary>NFC, without white space around it.</summary>
    internal string Value { get; }

    /// <summary>Reads a name as a caller gave it; false when it is empty, too long, or not text.</summary>
    internal static bool TryCreate(MemberId provider, SubjectScheme? providerScheme, SubjectScheme scheme, string value, out SubjectName name)
    {
        name = default;
        if (string.IsNullOrWhiteSpace(value) || value.Length > MaximumBytes || value.AsSpan().ContainsAnyInRange('\0', '\x1F'))
        {
            return false;
        }

        var trimmed = value.Trim();
        if (!IsWellFormed(trimmed))
        {
            return false;
        }

        var canonical = trimmed.Normalize(NormalizationForm.FormC);
        if (Encoding.UTF8.GetByteCount(canonical) > MaximumBytes)
        {
            return false;
        }

        name = new SubjectName(scheme == providerScheme ? provider.Value : string.Empty, scheme, canonical);
        return true;
    }

    /// <summary>From the store, where it is canonical already.</summary>
    internal static SubjectName Stored(string scope, SubjectScheme scheme, string value) => new(scope, scheme, value);

    /// <summary>Normalisation faults on what is no Unicode text.</summary>
    private static bool IsWellFormed(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Identity numbers do not belong in log lines.</summary>
    public override string ToString() => $"{Scheme}:…";
}
