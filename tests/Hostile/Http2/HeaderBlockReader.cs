using System.Text;

namespace Exchange.Hostile.Tests.Http2;

/// <summary>Reads the header blocks of one peer (RFC 7541), which hold no Huffman codes: neither Kestrel nor SocketsHttpHandler writes any.</summary>
internal sealed class HeaderBlockReader
{
    private const int EntryOverhead = 32;

    /// <summary>RFC 7541, appendix A; only names whose values matter here carry one.</summary>
    private static readonly (string Name, string Value)[] Fixed =
    [
        (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"), (":scheme", "http"), (":scheme", "https"),
        (":status", "200"), (":status", "204"), (":status", "206"), (":status", "304"), (":status", "400"), (":status", "404"), (":status", "500"),
        ("accept-charset", ""), ("accept-encoding", "gzip, deflate"), ("accept-language", ""), ("accept-ranges", ""), ("accept", ""),
        ("access-control-allow-origin", ""), ("age", ""), ("allow", ""), ("authorization", ""), ("cache-control", ""), ("content-disposition", ""),
        ("content-encoding", ""), ("content-language", ""), ("content-length", ""), ("content-location", ""), ("content-range", ""), ("content-type", ""),
        ("cookie", ""), ("date", ""), ("etag", ""), ("expect", ""), ("expires", ""), ("from", ""), ("host", ""), ("if-match", ""), ("if-modified-since", ""),
        ("if-none-match", ""), ("if-range", ""), ("if-unmodified-since", ""), ("last-modified", ""), ("link", ""), ("location", ""), ("max-forwards", ""),
        ("proxy-authenticate", ""), ("proxy-authorization", ""), ("range", ""), ("referer", ""), ("refresh", ""), ("retry-after", ""), ("server", ""),
        ("set-cookie", ""), ("strict-transport-security", ""), ("transfer-encoding", ""), ("user-agent", ""), ("vary", ""), ("via", ""), ("www-authenticate", ""),
    ];

    private readonly List<(string Name, string Value)> _recent = [];
    private int _room = 4096;

    /// <summary>The headers of one block; what it says of the table is remembered.</summary>
    /// <exception cref="InvalidDataException">The block is not HPACK, or has a Huffman code.</exception>
    public List<(string Name, string Value)> Read(ReadOnlySpan<byte> block)
    {
        var headers = new List<(string, string)>();
        while (block.Length > 0)
        {
            var first = block[0];
            if ((first & 0x80) != 0)
            {
                headers.Add(At(Integer(ref block, 7)));
            }
            else if ((first & 0xE0) == 0x20)
            {
                _room = Integer(ref block, 5);
                Evict();
            }
            else
            {
                var indexes = (first & 0x40) != 0;
                var index = Integer(ref block, indexes ? 6 : 4);
                var name = index == 0 ? Text(ref block) : At(index).Name;
                var header = (name, Text(ref block));
                headers.Add(header);
                if (indexes)
                {
                    _recent.Insert(0, header);
                    Evict();
                }
            }
        }

        return headers;
    }

    private void Evict()
    {
        while (_recent.Count > 0 && _recent.Sum(entry => entry.Name.Length + entry.Value.Length + EntryOverhead) > _room)
        {
            _recent.RemoveAt(_recent.Count - 1);
        }
    }

    private (string Name, string Value) At(int index) =>
        index >= 1 && index <= Fixed.Length ? Fixed[index - 1]
        : index > Fixed.Length && index - Fixed.Length <= _recent.Count ? _recent[index - Fixed.Length - 1]
        : throw new InvalidDataException($"No header has index {index}.");

    private static string Text(ref ReadOnlySpan<byte> block)
    {
        if (block.IsEmpty || (block[0] & 0x80) != 0)
        {
            throw new InvalidDataException("A text is missing, or in Huffman code.");
        }

        var length = Integer(ref block, 7);
        if (length > block.Length)
        {
            throw new InvalidDataException("A text runs over the end of its block.");
        }

        var text = Encoding.Latin1.GetString(block[..length]);
        block = block[length..];
        return text;
    }

    private static int Integer(ref ReadOnlySpan<byte> block, int prefixBits)
    {
        var largest = (1 << prefixBits) - 1;
        var value = block[0] & largest;
        block = block[1..];
        if (value < largest)
        {
            return value;
        }

        for (var shift = 0; shift < 28; shift += 7)
        {
            if (block.IsEmpty)
            {
                break;
            }

            var next = block[0];
            block = block[1..];
            value += (next & 0x7F) << shift;
            if ((next & 0x80) == 0)
            {
                return value;
            }
        }

        throw new InvalidDataException("An integer does not end.");
    }
}
