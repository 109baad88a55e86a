using System.Security.Cryptography;
using Exchange.Vocabulary;
using Exchange.Vocabulary.Hashing;

namespace Exchange.Envelopes.Hpke;

/// <summary>
/// One message under a context: key and nonce are exported for its transfer id, so messages open in any order and a restart cannot
/// repeat a nonce. What must never repeat under one context is the transfer id.
/// </summary>
internal static class MessageCipher
{
    internal const int TagSize = 16;

    private const int KeySize = 32;
    private const int NonceSize = 12;

    private static ReadOnlySpan<byte> Label => "exchange.v1"u8;

    /// <summary>Encrypts in place.</summary>
    internal static void Seal(in HmacSha256 exporter, TransferId id, ReadOnlySpan<byte> header, Span<byte> text, Span<byte> tag) =>
        Seal(exporter, id, header, text, tag, OpenSslGcm.IsThere);

    internal static void Seal(in HmacSha256 exporter, TransferId id, ReadOnlySpan<byte> header, Span<byte> text, Span<byte> tag, bool direct)
    {
        Span<byte> keyAndNonce = stackalloc byte[KeySize + NonceSize];
        DeriveKeyAndNonce(exporter, id, keyAndNonce);
        if (direct)
        {
            OpenSslGcm.Seal(keyAndNonce[..KeySize], keyAndNonce[KeySize..], header, text, tag);
        }
        else
        {
            using var cipher = new AesGcm(keyAndNonce[..KeySize], TagSize);
            cipher.Encrypt(keyAndNonce[KeySize..], text, text, tag, header);
        }

        CryptographicOperations.ZeroMemory(keyAndNonce);
    }

    /// <summary>Decrypts; false, with nothing written, unless header and ciphertext are what was sealed.</summary>
    internal static bool TryOpen(
        ReadOnlySpan<byte> exporterSecret, TransferId id, ReadOnlySpan<byte> header, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, Span<byte> text)
    {
        Span<byte> keyAndNonce = stackalloc byte[KeySize + NonceSize];
        var exporter = new HmacSha256(exporterSecret);
        DeriveKeyAndNonce(exporter, id, keyAndNonce);
        exporter.Clear();
        using var cipher = new AesGcm(keyAndNonce[..KeySize], TagSize);
        try
        {
            cipher.Decrypt(keyAndNonce[KeySize..], ciphertext, tag, text, header);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keyAndNonce);
        }
    }

    private static void DeriveKeyAndNonce(in HmacSha256 exporter, TransferId id, Span<byte> keyAndNonce)
    {
        Span<byte> context = stackalloc byte[Label.Length + TransferId.Size];
        Label.CopyTo(context);
        id.CopyTo(context[Label.Length..]);
        KeySchedule.Export(exporter, context, keyAndNonce);
    }
}
