namespace Exchange.Policy.Minimisation;

/// <summary>
/// What every record of an answer must agree with, whether or not the fields concerned are released. In doubt it refuses (I7): a subject asked
/// of a dataset that has no subject field, and a period asked of a dataset that has no time field, match no record.
/// </summary>
public readonly ref struct RecordGuard
{
    /// <summary>The requested subject in the provider's scheme, UTF-8. Empty for a dataset without subject field, and only there.</summary>
    public ReadOnlySpan<byte> Subject { get; init; }

    /// <summary>First instant of the period, in microseconds since the epoch; 0 leaves this side open.</summary>
    public long Start { get; init; }

    /// <summary>First instant after the period, in microseconds since the epoch; 0 leaves this side open.</summary>
    public long End { get; init; }
}
