using Exchange.Audit.Proofs.Publication;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Verification;

/// <summary>A group, or the part of one that is at hand, among the bytes of a <see cref="Stretch"/>.</summary>
internal readonly record struct PlacedGroup
{
    internal required ulong FirstIndex { get; init; }

    internal required int Count { get; init; }

    /// <summary>Where its entries, each with its length before it, begin in the stretch's bytes.</summary>
    internal required int Start { get; init; }

    /// <summary>Bytes of the entries with their lengths.</summary>
    internal required int Length { get; init; }

    /// <summary>What was signed; null for entries of a group that is not here whole.</summary>
    internal required BatchRecord? Batch { get; init; }

    /// <summary>What a segment's trailer says; null in a published log, which has tiles for it.</summary>
    internal GroupEnd? End { get; init; }

    /// <summary>The file, for reports.</summary>
    internal required string File { get; init; }

    /// <summary>Where in the file the group begins.</summary>
    internal required long Offset { get; init; }

    /// <summary>The index after the last entry.</summary>
    internal ulong NextIndex => FirstIndex + (ulong)Count;
}

/// <summary>How the log stands after a group, as its trailer says.</summary>
/// <param name="LastLeafHash">Leaf hash of the group's last entry.</param>
/// <param name="TreeRoot">Root of the log's tree.</param>
internal readonly record struct GroupEnd(Digest LastLeafHash, Digest TreeRoot);
