namespace Exchange.Audit.Proofs.Segments;

/// <summary>What a segment's reader has come to.</summary>
public enum SegmentEnd
{
    /// <summary>Not at the end yet.</summary>
    None,

    /// <summary>Only zeros follow.</summary>
    Clean,

    /// <summary>
    /// A final group that was never written whole, so never acknowledged: its last byte is missing, or a sector of it is still zeros, and
    /// nothing follows it. Recovery may cut it.
    /// </summary>
    Unfinished,

    /// <summary>Anything else.</summary>
    Damaged,
}
