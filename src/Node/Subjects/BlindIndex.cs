using System.Buffers.Binary;
using System.Text;
using Exchange.Node.Keys;
using Exchange.Vocabulary;
using Exchange.Vocabulary.Hashing;

namespace Exchange.Node.Subjects;

/// <summary>
/// Finds a subject by a name that is stored nowhere in the clear: HMAC-SHA-256 under a key of the node over scope, scheme and canonical
/// value, each with its length before it.
/// </summary>
internal sealed class BlindIndex(MasterKey master)
{
    private readonly HmacSha256 _key = master.DeriveHmac("exchange.blind-index.v1"u8);

    internal Digest Of(in SubjectName name)
    {
        const int mostBytesOfCharacter = 3;
        Span<byte> message = stackalloc byte[(3 * sizeof(ushort)) + (mostBytesOfCharacter * (name.Scope.Length + name.Scheme.Value.Length + name.Value.Length))];
        var length = Append(message, 0, name.Scope);
        length = Append(message, length, name.Scheme.Value);
        length = Append(message, length, name.Value);
        Span<byte> mac = stackalloc byte[Digest.Size];
        _key.Write(message[..length], mac);
        return new Digest(mac);
    }

    private static int Append(Span<byte> message, int position, string text)
    {
        var written = Encoding.UTF8.GetBytes(text, message[(position + sizeof(ushort))..]);
        BinaryPrimitives.WriteUInt16BigEndian(message[position..], (ushort)written);
        return position + sizeof(ushort) + written;
    }
}
