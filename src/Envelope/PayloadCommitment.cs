using Exchange.Vocabulary;
using Exchange.Vocabulary.Hashing;

namespace Exchange.Envelopes;

/// <summary>
/// HMAC-SHA-256 over a Payload without its last field, keyed with the salt in that field. It lets whoever holds the Payload prove which
/// one an entry means, and tells nobody else: an identity number has too few values for a plain hash.
/// </summary>
public readonly record struct PayloadCommitment(Digest Value)
{
    /// <summary>Bytes of the salt.</summary>
    public const int SaltSize = 32;

    /// <summary>Bytes of the salt's field, which ends every Payload: its key, its length and the salt.</summary>
    internal const int SaltFieldSize = 2 + SaltSize;

    /// <summary>Key (field 15, length-delimited) and length of the salt's field.</summary>
    internal static ReadOnlySpan<byte> SaltFieldStart => [0x7A, SaltSize];

    /// <summary>Computes the commitment.</summary>
    /// <param name="salt">32 random bytes.</param>
    /// <param name="payload">The Payload's bytes without their last 34.</param>
    public static PayloadCommitment Compute(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> payload)
    {
        Span<byte> code = stackalloc byte[Digest.Size];
        HmacSha256.Write(salt, payload, code);
        return new PayloadCommitment(new Digest(code));
    }
}
