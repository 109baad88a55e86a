namespace Exchange.Envelopes;

/// <summary>What a check of an envelope's receipt found: the first thing that is wrong, or nothing.</summary>
public enum EnvelopeVerdict
{
    /// <summary>A pinned key signed for this very envelope, and with it the promise that the entry is in the log.</summary>
    Sound = 0,

    /// <summary>There is no receipt.</summary>
    ReceiptMissing = 1,

    /// <summary>A digest, the path or the signature of the receipt has a wrong size.</summary>
    ReceiptMalformed = 2,

    /// <summary>The header is not a TransferHeader in canonical serialisation.</summary>
    HeaderMalformed = 3,

    /// <summary>The header names another origin than the receipt.</summary>
    OriginDiffers = 4,

    /// <summary>The receipt's key is not pinned.</summary>
    KeyUnknown = 5,

    /// <summary>Object digest, entry and path do not lead to the signed root: envelope or receipt was changed, or they belong to others.</summary>
    NotInBatch = 6,

    /// <summary>The signature is not the key's over the batch.</summary>
    SignatureInvalid = 7,
}
