namespace Exchange.Audit;

/// <summary>What opening the log found.</summary>
public sealed record RecoveryReport
{
    /// <summary>Entries in the log.</summary>
    public required ulong Size { get; init; }

    /// <summary>Whether the log was created now.</summary>
    public required bool IsNew { get; init; }

    /// <summary>Bytes of an unfinished final group that were cut; none of its callers had been answered.</summary>
    public required long CutBytes { get; init; }

    /// <summary>Whether the log was not closed in order: something was cut, or its last entry is not of kind STOPPED.</summary>
    public required bool IsUnclean { get; init; }

    /// <summary>Segment files.</summary>
    public required int Segments { get; init; }
}
