using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Exchange.Vocabulary;

/// <summary>What kind of party a member is; the first path segment of its id.</summary>
public enum MemberClass
{
    /// <summary>A state system.</summary>
    Gov = 1,

    /// <summary>A marketplace system.</summary>
    Market = 2,

    /// <summary>An auditor.</summary>
    Audit = 3,

    /// <summary>An operator of the node.</summary>
    Ops = 4,
}

/// <summary>
/// A member's name: <c>spiffe://&lt;instance&gt;/&lt;class&gt;/&lt;code&gt;[/&lt;system&gt;]</c>, the one URI SAN of its certificate, compared byte for byte.
/// </summary>
public readonly record struct MemberId
{
    private const string Scheme = "spiffe://";
    private const int MaximumLength = 255;
    private static readonly SearchValues<char> SegmentCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-_");

    private MemberId(string value, MemberClass memberClass)
    {
        Value = value;
        Class = memberClass;
    }

    /// <summary>The whole id as it stands in the certificate.</summary>
    public string Value { get; }

    /// <summary>The class that the id names.</summary>
    public MemberClass Class { get; }

    /// <summary>Reads an id; says nothing about whether such a member exists.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out MemberId id)
    {
        id = default;
        if (text is null || text.Length > MaximumLength || !text.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return false;
        }

        var segments = text[Scheme.Length..].Split('/');
        if (segments.Length is < 3 or > 4 || !Array.TrueForAll(segments, IsSegment))
        {
            return false;
        }

        MemberClass? memberClass = segments[1] switch
        {
            "gov" => MemberClass.Gov,
            "market" => MemberClass.Market,
            "audit" => MemberClass.Audit,
            "ops" => MemberClass.Ops,
            _ => null,
        };
        if (memberClass is null)
        {
            return false;
        }

        id = new MemberId(text, memberClass.Value);
        return true;
    }

    /// <summary>Reads an id that is known to be one.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static MemberId Parse(string text) => TryParse(text, out var id)
        ? id
        : throw new FormatException($"'{text}' is not a member id; write spiffe://<instance>/<gov|market|audit|ops>/<code>[/<system>] in lower case.");

    /// <inheritdoc/>
    public bool Equals(MemberId other) => string.Equals(Value, other.Value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => Value is null ? 0 : Value.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Value ?? string.Empty;

    private static bool IsSegment(string segment) =>
        segment.Length > 0 && segment.AsSpan().IndexOfAnyExcept(SegmentCharacters) < 0;
}
