using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Audit.Queries;

/// <summary>Looks at an entry that meets all other conditions.</summary>
/// <param name="index">Its index.</param>
/// <param name="entry">Its bytes, valid during the call.</param>
public delegate bool EntryTest(ulong index, ReadOnlySpan<byte> entry);

/// <summary>Which entries are wanted: those that meet every condition that is set.</summary>
public sealed record EntryQuery
{
    /// <summary>Member id.</summary>
    public string? Consumer { get; init; }

    /// <summary>Member id.</summary>
    public string? Provider { get; init; }

    /// <summary>The dataset.</summary>
    public string? Dataset { get; init; }

    /// <summary>The purpose.</summary>
    public string? Purpose { get; init; }

    /// <summary>16 bytes.</summary>
    public ReadOnlyMemory<byte>? TransferId { get; init; }

    /// <summary>One of them; empty for any.</summary>
    public IReadOnlyCollection<EntryKind> Kinds { get; init; } = [];

    /// <summary>How it ended; <see cref="ErrorCode.None"/> for what went as asked.</summary>
    public ErrorCode? Outcome { get; init; }

    /// <summary>Not earlier.</summary>
    public Instant? Since { get; init; }

    /// <summary>Earlier.</summary>
    public Instant? Before { get; init; }

    /// <summary>The first index; less than what the log keeps counts as its beginning.</summary>
    public ulong From { get; init; }

    /// <summary>The index after the last; null for the size that the log has when the query begins.</summary>
    public ulong? To { get; init; }

    /// <summary>Ascending indexes, no others: those of a subject, say, which only the node's linkage knows. Null for all.</summary>
    public IEnumerable<ulong>? Only { get; init; }

    /// <summary>A further condition.</summary>
    public EntryTest? Test { get; init; }
}
