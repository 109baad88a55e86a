using System.Text;

namespace Exchange.Hostile.Tests.Http2;

/// <summary>Header blocks as literals without indexing (RFC 7541, section 6.2.2): every name and value byte is where it was put.</summary>
internal static class HeaderBlock
{
    public static byte[] Encode(IEnumerable<(string Name, string Value)> headers)
    {
        var block = new List<byte>(256);
        foreach (var (name, value) in headers)
        {
            block.Add(0);
            Text(block, name);
            Text(block, value);
        }

        return [.. block];
    }

    /// <summary>An integer with a prefix of some bits (RFC 7541, section 5.1).</summary>
    public static void Integer(List<byte> block, byte pattern, int prefixBits, ulong value)
    {
        var largest = (1u << prefixBits) - 1;
        if (value < largest)
        {
            block.Add((byte)(pattern | (byte)value));
            return;
        }

        block.Add((byte)(pattern | (byte)largest));
        for (value -= largest; value >= 128; value >>= 7)
        {
            block.Add((byte)(0x80 | (value & 0x7F)));
        }

        block.Add((byte)value);
    }

    private static void Text(List<byte> block, string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        Integer(block, 0, 7, (ulong)bytes.Length);
        block.AddRange(bytes);
    }
}
