using System.Buffers.Text;
using System.Text;

namespace Grpc.Core.Wire;

/// <summary>Metadata as header values: text as it is, bytes as base64 (PROTOCOL-HTTP2.md, "Custom-Metadata").</summary>
internal static class MetadataValue
{
    /// <summary>Padding is left out on the way out, and accepted on the way in.</summary>
    /// <exception cref="RpcException">INTERNAL: text that is not printable ASCII, which no peer could read back.</exception>
    public static string Encode(Metadata.Entry entry)
    {
        if (entry.IsBinary)
        {
            return Convert.ToBase64String(entry.Bytes).TrimEnd('=');
        }

        return !entry.Value.AsSpan().ContainsAnyExceptInRange(' ', '~')
            ? entry.Value
            : throw new RpcException(new Status(StatusCode.Internal, $"The metadata value of '{entry.Key}' is not printable ASCII."));
    }

    /// <summary>
    /// Adds one header value. Several binary values may have been joined with commas on the way. A header whose name is no metadata key is
    /// somebody else's, and passed over: it must not cost the call.
    /// </summary>
    /// <exception cref="RpcException">INTERNAL: a binary value that is not base64.</exception>
    public static void Decode(Metadata metadata, string key, string value)
    {
        if (!Metadata.Entry.IsKey(key))
        {
            return;
        }

        if (!key.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase))
        {
            metadata.Add(key, value);
            return;
        }

        foreach (var part in value.AsSpan().Split(','))
        {
            metadata.Add(key, FromBase64(key, value.AsSpan()[part].Trim()));
        }
    }

    /// <summary>Whether a header is the protocol's own, or HTTP's about the body, and so no metadata.</summary>
    public static bool IsReserved(string name) => name.Length == 0 || name[0] == ':'
        || name.Equals("content-type", StringComparison.OrdinalIgnoreCase)
        || name.Equals("content-length", StringComparison.OrdinalIgnoreCase)
        || name.Equals(HeaderName.Te, StringComparison.OrdinalIgnoreCase)
        || (name.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase) && IsProtocol(name));

    private static bool IsProtocol(string name) =>
        name.Equals(HeaderName.Status, StringComparison.OrdinalIgnoreCase)
        || name.Equals(HeaderName.Message, StringComparison.OrdinalIgnoreCase)
        || name.Equals(HeaderName.Timeout, StringComparison.OrdinalIgnoreCase)
        || name.Equals(HeaderName.Encoding, StringComparison.OrdinalIgnoreCase)
        || name.Equals(HeaderName.AcceptEncoding, StringComparison.OrdinalIgnoreCase)
        || name.Equals(HeaderName.RequestEncoding, StringComparison.OrdinalIgnoreCase);

    private static byte[] FromBase64(string key, ReadOnlySpan<char> text)
    {
        var unpadded = text.TrimEnd('=');
        var padded = new string('=', (4 - (unpadded.Length % 4)) % 4);
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(unpadded.Length + padded.Length)];
        return unpadded.Length % 4 != 1 && Convert.TryFromBase64String(string.Concat(unpadded, padded), bytes, out var written)
            ? bytes[..written]
            : throw new RpcException(new Status(StatusCode.Internal, $"The metadata value of '{Printable(key)}' is not base64."));
    }

    private static string Printable(string key) => Encoding.ASCII.GetString(Encoding.ASCII.GetBytes(key));
}
