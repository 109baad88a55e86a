using Exchange.Vocabulary;

namespace Exchange.Client;

/// <summary>What a subject consents to, as a consent manager states it.</summary>
public sealed record ConsentTerms
{
    /// <summary>Who holds the data.</summary>
    public required MemberId Provider { get; init; }

    /// <summary>Who may have it.</summary>
    public required MemberId Consumer { get; init; }

    /// <summary>Which data.</summary>
    public required DatasetId Dataset { get; init; }

    /// <summary>What for.</summary>
    public required PurposeId Purpose { get; init; }

    /// <summary>The subject's names on both sides, one for each scheme; one must be of the dataset's own scheme.</summary>
    public required IReadOnlyDictionary<SubjectScheme, string> Subject { get; init; }

    /// <summary>Which fields: dotted paths, frozen as leaf paths.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>Which assertions of the rule, by name; frozen as what they ask now. Fields do not cover them, nor they fields.</summary>
    public IReadOnlyList<string> Assertions { get; init; } = [];

    /// <summary>From when; null: now.</summary>
    public Instant? ValidFrom { get; init; }

    /// <summary>Until when; null: until withdrawn.</summary>
    public Instant? Expire { get; init; }

    /// <summary>ISO 3166 code; empty when it does not matter.</summary>
    public string Jurisdiction { get; init; } = string.Empty;

    /// <summary>SHA-256 of the signed form that the consent manager keeps; null when there is none.</summary>
    public Digest? Evidence { get; init; }
}
