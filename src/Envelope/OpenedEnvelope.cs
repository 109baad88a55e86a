using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Envelopes;

/// <summary>
/// What was inside an envelope. Anybody can seal to a public key: who sealed, and that it is in the log, is what
/// <see cref="EnvelopeCheck"/> says of the receipt.
/// </summary>
public sealed class OpenedEnvelope
{
    internal OpenedEnvelope(TransferHeader header, Payload payload, in Digest objectDigest, in Digest payloadCommitment)
    {
        Header = header;
        Payload = payload;
        ObjectDigest = objectDigest;
        PayloadCommitment = payloadCommitment;
    }

    /// <summary>The header, authenticated with the ciphertext.</summary>
    public TransferHeader Header { get; }

    /// <summary>Records, answers and terms. The records are windows on the one decrypted buffer.</summary>
    public Payload Payload { get; }

    /// <summary>D, which the receipt binds.</summary>
    public Digest ObjectDigest { get; }

    /// <summary>The commitment that the log's entry holds.</summary>
    public Digest PayloadCommitment { get; }
}
