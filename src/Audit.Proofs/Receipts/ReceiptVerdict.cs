namespace Exchange.Audit.Proofs.Receipts;

/// <summary>What is wrong with a receipt.</summary>
public enum ReceiptVerdict
{
    /// <summary>Nothing: it vouches for the entry and what it binds.</summary>
    Valid,

    /// <summary>A field has the wrong length, or batch position, batch size and path do not fit together.</summary>
    Malformed,

    /// <summary>It is of another log than expected.</summary>
    OriginUnexpected,

    /// <summary>The path does not lead from this entry and bound digest to the batch root: it is another object's receipt, or was changed.</summary>
    RootMismatch,

    /// <summary>No trusted key has its key id.</summary>
    KeyUnknown,

    /// <summary>The signature is not the key's over this batch.</summary>
    SignatureInvalid,
}
