using Exchange.Vocabulary;

namespace Exchange.Client;

/// <summary>What to fetch: one subject's records of one dataset, for one purpose; or answers about them.</summary>
public sealed record FetchQuery
{
    /// <summary>Who holds the data.</summary>
    public required MemberId Provider { get; init; }

    /// <summary>Which data.</summary>
    public required DatasetId Dataset { get; init; }

    /// <summary>What for; the policy knows which purposes there are.</summary>
    public required PurposeId Purpose { get; init; }

    /// <summary>The kind of identifier by which the subject is named, for instance <c>inn</c>; null for records about nobody.</summary>
    public SubjectScheme? Scheme { get; init; }

    /// <summary>The identifier; null for records about nobody.</summary>
    public string? Subject { get; init; }

    /// <summary>Which fields: dotted paths; a parent means its permitted leaves.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>Instead of fields: yes or no, by the names that the rule offers (<see cref="FieldPreview.Assertions"/>), without period and page size.</summary>
    public IReadOnlyList<string> Assertions { get; init; } = [];

    /// <summary>Not earlier than this; null leaves the side open.</summary>
    public Instant? From { get; init; }

    /// <summary>Earlier than this; null leaves the side open.</summary>
    public Instant? Until { get; init; }

    /// <summary>Refuse rather than withhold what is asked beyond the permitted.</summary>
    public bool Strict { get; init; }

    /// <summary>Records a page; 0 takes the node's default.</summary>
    public int PageSize { get; init; }
}
