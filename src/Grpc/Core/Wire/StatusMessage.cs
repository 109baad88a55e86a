using System.Buffers;
using System.Text;

namespace Grpc.Core.Wire;

/// <summary>The value of <c>grpc-message</c>: UTF-8, percent-encoded outside of printable ASCII (PROTOCOL-HTTP2.md, "Percent-Encoded").</summary>
internal static class StatusMessage
{
    private static readonly SearchValues<char> Plain = SearchValues.Create([.. Enumerable.Range(0x20, 0x7F - 0x20).Select(c => (char)c).Where(c => c != '%')]);

    public static string Encode(string message)
    {
        if (!message.AsSpan().ContainsAnyExcept(Plain))
        {
            return message;
        }

        var encoded = new StringBuilder(message.Length + 16);
        foreach (var octet in Encoding.UTF8.GetBytes(message))
        {
            if (octet is >= 0x20 and < 0x7F and not (byte)'%')
            {
                encoded.Append((char)octet);
            }
            else
            {
                encoded.Append('%').Append(Hex(octet >> 4)).Append(Hex(octet & 15));
            }
        }

        return encoded.ToString();

        static char Hex(int digit) => "0123456789ABCDEF"[digit];
    }

    /// <summary>Lenient, as the protocol demands: what is not an escape stays as it is, what is not UTF-8 becomes U+FFFD.</summary>
    public static string Decode(string message)
    {
        if (!message.Contains('%', StringComparison.Ordinal))
        {
            return message;
        }

        var octets = Encoding.UTF8.GetBytes(message);
        var length = 0;
        for (var index = 0; index < octets.Length; index++)
        {
            var escaped = octets[index] == '%' && index + 2 < octets.Length
                && char.IsAsciiHexDigit((char)octets[index + 1]) && char.IsAsciiHexDigit((char)octets[index + 2]);
            octets[length++] = escaped ? (byte)((Digit(octets[index + 1]) << 4) | Digit(octets[index + 2])) : octets[index];
            index += escaped ? 2 : 0;
        }

        return Encoding.UTF8.GetString(octets, 0, length);

        static int Digit(byte hex) => char.IsAsciiDigit((char)hex) ? hex - '0' : (hex | 0x20) - 'a' + 10;
    }
}
