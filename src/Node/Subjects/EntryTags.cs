using System.Security.Cryptography;
using System.Text;
using Exchange.Vocabulary;
using Exchange.Vocabulary.Hashing;

namespace Exchange.Node.Subjects;

/// <summary>
/// What an entry says about a person: values under that person's keys, different in every entry, so that nothing in the log alone links
/// two entries, and nothing at all remains once the keys are erased (I6).
/// </summary>
internal static class EntryTags
{
    /// <summary>Width of a pseudonym or consent tag in bytes: HMAC-SHA-384.</summary>
    internal const int Size = HmacSha384.Size;

    /// <summary>Width of an enciphered cause in bytes: two of code, sixteen of tag.</summary>
    internal const int SealedCauseSize = sizeof(ushort) + 16;

    internal static void Pseudonym(ReadOnlySpan<byte> subjectKey, string origin, TransferId id, Span<byte> destination) =>
        Mac(subjectKey, "exchange.subject-pseudonym.v1\0"u8, origin, id, destination);

    internal static void ConsentTag(ReadOnlySpan<byte> consentKey, string origin, TransferId id, Span<byte> destination) =>
        Mac(consentKey, "exchange.consent-tag.v1\0"u8, origin, id, destination);

    /// <summary>The cause of a refusal, readable only with the key: key and nonce come from the transfer id, used once.</summary>
    internal static void SealCause(ReadOnlySpan<byte> key, string origin, TransferId id, ErrorCode cause, Span<byte> destination)
    {
        Span<byte> material = stackalloc byte[Size];
        Mac(key, "exchange.sealed-cause.v1\0"u8, origin, id, material);
        Span<byte> plain = [(byte)((int)cause >> 8), (byte)cause];
        using var aes = new AesGcm(material[..32], 16);
        aes.Encrypt(material[32..44], plain, destination[..sizeof(ushort)], destination[sizeof(ushort)..SealedCauseSize]);
        CryptographicOperations.ZeroMemory(material);
    }

    private static void Mac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> tag, string origin, TransferId id, Span<byte> destination)
    {
        Span<byte> message = stackalloc byte[tag.Length + (3 * origin.Length) + TransferId.Size];
        tag.CopyTo(message);
        var length = tag.Length + Encoding.UTF8.GetBytes(origin, message[tag.Length..]);
        id.CopyTo(message[length..]);
        HmacSha384.Write(key, message[..(length + TransferId.Size)], destination[..Size]);
    }
}
