namespace Exchange.Envelopes;

/// <summary>What a check of an envelope found: the first thing that is wrong, or nothing.</summary>
public enum EnvelopeVerdict
{
    /// <summary>A trusted key signed for this very envelope, and with it the promise that the entry is in the log.</summary>
    Sound = 0,

    /// <summary>There is no receipt.</summary>
    ReceiptMissing = 1,

    /// <summary>The header is not a TransferHeader in canonical serialisation, or a field has the wrong size or form.</summary>
    HeaderMalformed = 2,

    /// <summary>The receipt is of another log than the one that the header names.</summary>
    OriginDiffers = 3,

    /// <summary>A field of the receipt has the wrong size, or batch position, batch size and path do not fit together.</summary>
    ReceiptMalformed = 4,

    /// <summary>Object digest, entry and path do not lead to the signed root: envelope or receipt was changed, or they belong to others.</summary>
    RootMismatch = 5,

    /// <summary>The receipt's key is not trusted.</summary>
    KeyUnknown = 6,

    /// <summary>The signature is not the key's over the batch.</summary>
    SignatureInvalid = 7,
}
