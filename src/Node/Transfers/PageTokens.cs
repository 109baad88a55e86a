using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Exchange.Node.Admission;
using Exchange.Node.Keys;
using Exchange.V1;
using Exchange.Vocabulary;

namespace Exchange.Node.Transfers;

/// <summary>
/// Where the next page begins: the provider's cursor, the page's number and when the fetch began, enciphered, since a cursor can hold the provider's own
/// numbers, and bound to the consumer and to everything in the request but its id, times and token. No state stays in the node.
/// </summary>
internal sealed class PageTokens(MasterKey master)
{
    /// <summary>The longest cursor that a provider may give, in bytes.</summary>
    internal const int MaximumCursor = 1024;

    private const int BeforeCursor = sizeof(int) + sizeof(long);

    private readonly byte[] _tokenKey = master.Derive("exchange.page-token.v1"u8);
    private readonly byte[] _bindingKey = master.Derive("exchange.page-token-binding.v1"u8);

    internal byte[] Seal(FetchMessage message, FetchRequest shape, MemberId consumer, Page next)
    {
        Span<byte> plain = stackalloc byte[BeforeCursor + MaximumCursor];
        BinaryPrimitives.WriteInt32BigEndian(plain, next.Number);
        BinaryPrimitives.WriteInt64BigEndian(plain[sizeof(int)..], next.Begun.Microseconds);
        next.Cursor.Span.CopyTo(plain[BeforeCursor..]);
        return KeyWrap.Wrap(_tokenKey, plain[..(BeforeCursor + next.Cursor.Length)], Binding(message, shape, consumer));
    }

    internal bool TryOpen(FetchMessage message, FetchRequest shape, MemberId consumer, out Page page)
    {
        page = default;
        var token = message.PageToken;
        if (token.Length is < KeyWrap.Overhead + BeforeCursor or > KeyWrap.Overhead + BeforeCursor + MaximumCursor)
        {
            return false;
        }

        try
        {
            var plain = KeyWrap.Unwrap(_tokenKey, token, Binding(message, shape, consumer));
            page = new Page(BinaryPrimitives.ReadInt32BigEndian(plain), new Instant(BinaryPrimitives.ReadInt64BigEndian(plain.AsSpan(sizeof(int)))), plain.AsMemory(BeforeCursor));
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    /// <summary>Keyed, since a plain hash of a subject's number would be no secret; each part has its length before it.</summary>
    private byte[] Binding(FetchMessage message, FetchRequest shape, MemberId consumer)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _bindingKey);
        Append(mac, consumer.Value);
        Append(mac, shape.Provider);
        Append(mac, shape.Dataset);
        Append(mac, shape.Purpose);
        Append(mac, shape.Subject?.Scheme ?? string.Empty);
        Append(mac, message.SubjectValue.Length);
        mac.AppendData(message.SubjectValue);
        Append(mac, shape.Fields.Count);
        foreach (var field in shape.Fields)
        {
            Append(mac, field);
        }

        Append(mac, message.PeriodStart);
        Append(mac, message.PeriodEnd);
        Append(mac, message.Strict ? 1 : 0);
        Append(mac, message.PageSize);
        return mac.GetHashAndReset();
    }

    private static void Append(IncrementalHash mac, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Append(mac, bytes.Length);
        mac.AppendData(bytes);
    }

    private static void Append(IncrementalHash mac, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        mac.AppendData(bytes);
    }

    /// <summary>A page to be fetched.</summary>
    /// <param name="Number">From 1.</param>
    /// <param name="Begun">When the fetch took its first page.</param>
    /// <param name="Cursor">The provider's.</param>
    internal readonly record struct Page(int Number, Instant Begun, ReadOnlyMemory<byte> Cursor);
}
