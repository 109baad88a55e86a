using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Client;

/// <summary>Which entries of the log; what is left out is no condition.</summary>
public sealed record LogQuery
{
    /// <summary>Who asked for data.</summary>
    public MemberId? Consumer { get; init; }

    /// <summary>Who holds the data.</summary>
    public MemberId? Provider { get; init; }

    /// <summary>Which data.</summary>
    public DatasetId? Dataset { get; init; }

    /// <summary>What for.</summary>
    public PurposeId? Purpose { get; init; }

    /// <summary>Of one transfer, or one other event.</summary>
    public TransferId? Transfer { get; init; }

    /// <summary>One of these kinds.</summary>
    public IReadOnlyList<EntryKind> Kinds { get; init; } = [];

    /// <summary>How it ended: a reason as the error catalogue names it, NONE for as asked.</summary>
    public string Outcome { get; init; } = string.Empty;

    /// <summary>Entries from then on.</summary>
    public Instant? From { get; init; }

    /// <summary>Entries before then.</summary>
    public Instant? Until { get; init; }

    /// <summary>Entries about this person, who is named by this scheme; a scheme of a provider's own needs the provider, too.</summary>
    public SubjectScheme? Scheme { get; init; }

    /// <summary>The person's name.</summary>
    public string? Subject { get; init; }

    /// <summary>From this entry on.</summary>
    public ulong FirstIndex { get; init; }

    /// <summary>Before this entry; 0: up to the log's size when the first page is asked for.</summary>
    public ulong EndIndex { get; init; }

    /// <summary>Entries a page; 0: the node's default.</summary>
    public int PageSize { get; init; }
}
