using System.Security.Cryptography;
using Exchange.Vocabulary.Hashing;

namespace Exchange.Envelopes.Hpke;

/// <summary>The key schedule of RFC 9180, section 5.1, base mode: no pre-shared key, no sender authentication (the receipt has that).</summary>
internal static class KeySchedule
{
    /// <summary>Bytes of key_schedule_context.</summary>
    internal const int ContextSize = 1 + (2 * LabeledHkdf.HashSize);

    private const byte BaseMode = 0x00;

    /// <summary>Writes exporter_secret. The context's own key and base nonce are never derived: every message has those of its export.</summary>
    internal static void DeriveExporterSecret(ReadOnlySpan<byte> sharedSecret, ReadOnlySpan<byte> info, Span<byte> exporterSecret)
    {
        Span<byte> context = stackalloc byte[ContextSize];
        Span<byte> secret = stackalloc byte[LabeledHkdf.HashSize];
        Derive(sharedSecret, info, context, secret);
        LabeledHkdf.Expand(LabeledHkdf.HpkeSuite, secret, "exp"u8, context, exporterSecret);
        CryptographicOperations.ZeroMemory(secret);
    }

    /// <summary>Writes key_schedule_context and secret, from which everything else is expanded.</summary>
    internal static void Derive(ReadOnlySpan<byte> sharedSecret, ReadOnlySpan<byte> info, Span<byte> context, Span<byte> secret)
    {
        context[0] = BaseMode;
        LabeledHkdf.Extract(LabeledHkdf.HpkeSuite, [], "psk_id_hash"u8, [], context[1..]);
        LabeledHkdf.Extract(LabeledHkdf.HpkeSuite, [], "info_hash"u8, info, context[(1 + LabeledHkdf.HashSize)..]);
        LabeledHkdf.Extract(LabeledHkdf.HpkeSuite, sharedSecret, "secret"u8, [], secret);
    }

    /// <summary>Context.Export(exporter_context, L) of RFC 9180, section 5.3.</summary>
    internal static void Export(in HmacSha256 exporter, ReadOnlySpan<byte> exporterContext, Span<byte> output) =>
        LabeledHkdf.Expand(LabeledHkdf.HpkeSuite, exporter, "sec"u8, exporterContext, output);
}
