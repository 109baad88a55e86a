namespace Exchange.Policy.Minimisation;

/// <summary>
/// What a field of every record fulfils, released or not. A zero of implicit presence is a field that says nothing: <see cref="Required"/>
/// refuses it, the others pass it by. All but Required speak of each element of a repeated field.
/// </summary>
public sealed record FieldConstraint
{
    /// <summary>Whether every instance of the message around the field must have it; a repeated field, at least one element.</summary>
    public bool Required { get; init; }

    /// <summary>A regular expression that the whole of a string matches; empty: none. Without look-around and back-references.</summary>
    public string Pattern { get; init; } = "";

    /// <summary>The least value of a number.</summary>
    public long? Minimum { get; init; }

    /// <summary>The greatest value of a number.</summary>
    public long? Maximum { get; init; }

    /// <summary>The most bytes of a string, in UTF-8, or of bytes; 0: not limited.</summary>
    public uint MaximumLength { get; init; }
}
