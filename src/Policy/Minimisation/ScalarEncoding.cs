namespace Exchange.Policy.Minimisation;

/// <summary>How a scalar stands on the wire, and which values fit it.</summary>
internal enum ScalarEncoding : byte
{
    /// <summary>bool: 0 or 1.</summary>
    Boolean,

    /// <summary>uint32 and sint32: at most 32 bits.</summary>
    Unsigned32,

    /// <summary>int32 and enum: 32 bits, sign-extended to 64.</summary>
    Signed32,

    /// <summary>int64, uint64 and sint64.</summary>
    Any64,

    /// <summary>fixed32 and sfixed32.</summary>
    Fixed32,

    /// <summary>fixed64 and sfixed64.</summary>
    Fixed64,

    /// <summary>float.</summary>
    Float,

    /// <summary>double.</summary>
    Double,

    /// <summary>string.</summary>
    Text,

    /// <summary>bytes.</summary>
    Octets,
}

/// <summary>What number the bits of an integer type are.</summary>
internal enum NumberForm
{
    /// <summary>uint32, uint64, fixed32, fixed64.</summary>
    Unsigned,

    /// <summary>int32 and sfixed32: two's complement, as a varint sign-extended to 64 bits.</summary>
    Signed32,

    /// <summary>int64 and sfixed64: two's complement.</summary>
    Signed64,

    /// <summary>sint32.</summary>
    Zigzag32,

    /// <summary>sint64.</summary>
    Zigzag64,
}
