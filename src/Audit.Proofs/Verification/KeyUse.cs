namespace Exchange.Audit.Proofs.Verification;

/// <summary>What a key is used for, as entries KEY_CHANGED have it in <c>key_use</c>.</summary>
public static class KeyUse
{
    /// <summary>Signs group commits. The entry's digests are RFC 7638 thumbprints.</summary>
    public const string Receipt = "receipt";

    /// <summary>Signs the ECDSA lines of checkpoints. The entry's digests are SHA-256 of verifier-key lines.</summary>
    public const string CheckpointEcdsa = "checkpoint-ecdsa";

    /// <summary>Signs the Ed25519 lines of checkpoints. The entry's digests are SHA-256 of verifier-key lines.</summary>
    public const string CheckpointEd25519 = "checkpoint-ed25519";
}
