namespace Exchange.Audit.Export.Lines;

/// <summary>How a field of an entry is shown.</summary>
internal enum FieldShape
{
    /// <summary>Not at all: an unknown field.</summary>
    None,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A point in time.</summary>
    Time,

    /// <summary>A word of the format: what happened.</summary>
    Kind,

    /// <summary>A word of the policy: why it was lawful.</summary>
    Basis,

    /// <summary>A word of the error catalogue: how it ended.</summary>
    Outcome,

    /// <summary>A name.</summary>
    Text,

    /// <summary>Several names.</summary>
    Texts,

    /// <summary>Bytes, in hexadecimal digits.</summary>
    Bytes,
}
