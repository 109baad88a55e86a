namespace Exchange.Envelopes;

/// <summary>What is wrong with an envelope that does not open.</summary>
public enum EnvelopeFault
{
    /// <summary>The header is not a TransferHeader in canonical serialisation, or a field has the wrong size or form.</summary>
    HeaderMalformed = 1,

    /// <summary>The header names a format version that this program does not know.</summary>
    VersionUnknown = 2,

    /// <summary>The header names another consumer.</summary>
    OtherRecipient = 3,

    /// <summary>It was sealed to another key of this recipient, or of somebody else.</summary>
    OtherKey = 4,

    /// <summary>The encapsulated key is not an uncompressed point of P-256.</summary>
    EncapsulatedKeyInvalid = 5,

    /// <summary>Header, encapsulated key or ciphertext is not what was sealed.</summary>
    NotAuthentic = 6,

    /// <summary>The length at the plaintext's beginning does not fit its size.</summary>
    LengthInvalid = 7,

    /// <summary>The padding is not zeros, or not of exactly the size that Padmé gives.</summary>
    PaddingInvalid = 8,

    /// <summary>The Payload is not in canonical serialisation.</summary>
    PayloadMalformed = 9,

    /// <summary>The Payload does not end with the salt of its commitment.</summary>
    SaltMissing = 10,
}

/// <summary>An envelope was rejected; nothing of it may be used.</summary>
public sealed class EnvelopeRejectedException : Exception
{
    internal EnvelopeRejectedException(EnvelopeFault what, string message, Exception? inner = null)
        : base(message, inner) => What = what;

    /// <summary>What is wrong.</summary>
    public EnvelopeFault What { get; }
}
