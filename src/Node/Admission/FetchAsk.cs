using Exchange.Node.Subjects;
using Exchange.V1;
using Exchange.Vocabulary;

namespace Exchange.Node.Admission;

/// <summary>A fetch request, read and found whole: strings stop here.</summary>
internal sealed class FetchAsk
{
    /// <summary>As it came: tokens of further pages are bound to it.</summary>
    internal required FetchRequest Request { get; init; }

    internal required NamedTuple Names { get; init; }

    /// <summary>Null for a dataset whose records are about nobody.</summary>
    internal required SubjectName? Subject { get; init; }

    internal required AskedFields Fields { get; init; }

    /// <summary>Names of what is asked instead of fields; empty where fields are.</summary>
    internal required IReadOnlyList<string> Assertions { get; init; }

    /// <summary>[start, end) in microseconds since the epoch; zero leaves a side open.</summary>
    internal required long PeriodStart { get; init; }

    internal required long PeriodEnd { get; init; }

    internal required bool Strict { get; init; }

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
