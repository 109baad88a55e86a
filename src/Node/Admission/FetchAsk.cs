using Exchange.Node.Subjects;
using Exchange.Vocabulary;

namespace Exchange.Node.Admission;

/// <summary>A fetch request, read and found whole. A value: what it refers to is the request's own message and its shape.</summary>
internal readonly record struct FetchAsk
{
    /// <summary>As it came: tokens of further pages are bound to it.</summary>
    internal required FetchMessage Message { get; init; }

    /// <summary>What it has in common with others.</summary>
    internal required AskShape Shape { get; init; }

    internal NamedTuple Names => Shape.Names;

    /// <summary>Null for a dataset whose records are about nobody.</summary>
    internal required SubjectName? Subject { get; init; }

    /// <summary>[start, end) in microseconds since the epoch; zero leaves a side open.</summary>
    internal long PeriodStart => Message.PeriodStart;

    /// <inheritdoc cref="PeriodStart"/>
    internal long PeriodEnd => Message.PeriodEnd;

    internal required int PageSize { get; init; }

    /// <summary>From 1.</summary>
    internal required int PageNumber { get; init; }

    /// <summary>When the fetch that this page belongs to took its first page.</summary>
    internal required Instant Begun { get; init; }

    /// <summary>Whether it belongs to a fetch that is under way, and so does not count as one.</summary>
    internal required bool IsContinued { get; init; }

    /// <summary>Where the provider's last page ended; empty for the first page.</summary>
    internal required ReadOnlyMemory<byte> Cursor { get; init; }
}
