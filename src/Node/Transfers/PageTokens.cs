using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
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

    internal byte[] Seal(FetchRequest request, MemberId consumer, Page next)
    {
        Span<byte> plain = stackalloc byte[BeforeCursor + MaximumCursor];
        BinaryPrimitives.WriteInt32BigEndian(plain, next.Number);
        BinaryPrimitives.WriteInt64BigEndian(plain[sizeof(int)..], next.Begun.Microseconds);
        next.Cursor.Span.CopyTo(plain[BeforeCursor..]);
        return KeyWrap.Wrap(_tokenKey, plain[..(BeforeCursor + next.Cursor.Length)], Binding(request, consumer));
    }

    internal bool TryOpen(FetchRequest request, MemberId consumer, out Page page)
    {
        page = default;
        var token = request.PageToken.Span;
        if (token.Length is < KeyWrap.Overhead + BeforeCursor or > KeyWrap.Overhead + BeforeCursor + MaximumCursor)
        {
            return false;
        }

        try
        {
            var plain = KeyWrap.Unwrap(_tokenKey, token, Binding(request, consumer));
            page = new Page(BinaryPrimitives.ReadInt32BigEndian(plain), new Instant(BinaryPrimitives.ReadInt64BigEndian(plain.AsSpan(sizeof(int)))), plain.AsMemory(BeforeCursor));
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    /// <summary>Keyed, since a plain hash of a subject's number would be no secret; each part has its length before it.</summary>
    private byte[] Binding(FetchRequest request, MemberId consumer)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _bindingKey);
        Append(mac, consumer.Value);
        Append(mac, request.Provider);
        Append(mac, request.Dataset);
        Append(mac, request.Purpose);
        Append(mac, request.Subject?.Scheme ?? string.Empty);
        Append(mac, request.Subject?.Value ?? string.Empty);
        Append(mac, request.Fields.Count);
        foreach (var field in request.Fields)
        {
            Append(mac, field);
        }

        Append(mac, request.Period?.Start ?? 0);
        Append(mac, request.Period?.End ?? 0);
        Append(mac, request.Strict ? 1 : 0);
        Append(mac, request.PageSize);
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
