namespace Exchange.Hostile.Tests.Mutations;

/// <summary>Changes the headers of a call: what a gRPC runtime reads, what HTTP/2 forbids, and what nobody expects.</summary>
internal static class HeaderMutator
{
    private static readonly string[] Timeouts = ["", "0S", "1n", "5m", "99999999H", "99999999n", "100000000S", "-1S", "+1S", "1", "S", "1s", "1 S", " 1S", "1S ", "1.5S", "0x1S", "1S,1S"];
    private static readonly string[] Encodings = ["", "gzip", "GZIP", "identity", "deflate", "br", "gzip,identity", "identity, gzip", "gzip\t", "*"];
    private static readonly string[] ContentTypes =
        ["", "application/grpc", "application/grpc+proto", "application/grpc;charset=utf-8", "application/grpc-web", "application/grpcx", "application/json", "APPLICATION/GRPC", "application/grpc, application/grpc"];

    private static readonly string[] Binaries = ["", "=", "====", "AAA", "AAAA", "A", "AA==", "!!!!", "AAAA,AAAA", ",,,,", "AA AA", "QUFB====", "-_-_"];
    private static readonly string[] Names =
    [
        "grpc-timeout", "grpc-encoding", "grpc-accept-encoding", "grpc-status", "grpc-message", "grpc-status-details-bin", "content-type", "user-agent",
        "x-data-bin", "-bin", "x", "x!#$%&'*+^`|~", "grpc-", "grpc-internal-encoding-request", "cookie", "trailer", "host", "grpc-tags-bin", "x-bin-", "expect",
    ];

    private static readonly string[] Forbidden = ["te", "connection", "transfer-encoding", "upgrade", "keep-alive", "proxy-connection", "X-Upper", "", " ", "a b", "a:b", ":unknown", ":status", "x\u0000y", "\u00e9"];
    private static readonly string[] Paths =
        ["", "*", "/", "//", "/exchange.hostile.tests.Target/", "/exchange.hostile.tests.Target/Nothing", "/nothing/Ask", "/../etc", "/%00", "/%zz", "/a?b=c", "no-slash", "http://x/y"];

    private static readonly string[] Values = ["", "0", "1", "-1", "4294967296", "18446744073709551616", "trailers", "chunked", "%", "%FF%", "gzip", "1S", "AAAA"];
    private static readonly string[] BrokenValues = ["a\r\nb", "\n", "\u0000", "\u0001", "\u007f", "\u0080\u00ff", .. Values];

    /// <summary>Headers of a proper call to a method.</summary>
    public static List<(string Name, string Value)> Proper(string path) =>
    [
        (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "target"), ("content-type", "application/grpc"), ("te", "trailers"),
    ];

    /// <summary>One change that HTTP/2 permits: the call is answered on its stream.</summary>
    public static void Mutate(Random random, List<(string Name, string Value)> headers)
    {
        switch (random.Next(10))
        {
            case 0:
                headers.Add(("grpc-timeout", Pick(random, Timeouts)));
                break;
            case 1:
                headers.Add(("grpc-encoding", Pick(random, Encodings)));
                break;
            case 2:
                Replace(headers, "content-type", Pick(random, ContentTypes));
                break;
            case 3:
                headers.Add(($"x-{random.Next(4)}-bin", Pick(random, Binaries)));
                break;
            case 4:
                Replace(headers, ":path", Pick(random, Paths));
                break;
            case 5:
                headers.Add((Pick(random, Names), Pick(random, Values)));
                break;
            case 6:
                headers.Add(("grpc-accept-encoding", Pick(random, Encodings)));
                break;
            case 7:
                var repeated = headers[random.Next(4, headers.Count)];
                headers.InsertRange(random.Next(4, headers.Count + 1), Enumerable.Repeat(repeated, random.Next(1, 4)));
                break;
            case 8:
                headers.RemoveAt(random.Next(4, headers.Count));
                break;
            default:
                headers.Add(($"x-{random.Next(100)}", new string((char)random.Next(0x20, 0x7F), random.Next(4096))));
                break;
        }
    }

    /// <summary>One change that HTTP/2 does not permit.</summary>
    public static void Break(Random random, List<(string Name, string Value)> headers)
    {
        switch (random.Next(8))
        {
            case 0:
                headers.Add((Pick(random, Forbidden), Pick(random, BrokenValues)));
                break;
            case 1:
                headers.RemoveAt(random.Next(0, 4));
                break;
            case 2:
                headers.Add(headers[random.Next(0, 4)]);
                break;
            case 3:
                headers[random.Next(0, 4)] = (Pick(random, Forbidden), Pick(random, BrokenValues));
                break;
            case 4:
                var index = random.Next(0, 4);
                headers[index] = (headers[index].Name, Pick(random, BrokenValues));
                break;
            case 5:
                headers.Add(("content-length", Pick(random, Values)));
                break;
            case 6:
                headers.Add((Pick(random, Names), Pick(random, BrokenValues)));
                break;
            default:
                headers.AddRange(Enumerable.Range(0, random.Next(65, 200)).Select(number => ($"x-{number}", "v")));
                break;
        }
    }

    private static string Pick(Random random, string[] values) => values[random.Next(values.Length)];

    private static void Replace(List<(string Name, string Value)> headers, string name, string value)
    {
        var index = headers.FindIndex(header => header.Name == name);
        if (index >= 0)
        {
            headers[index] = (name, value);
        }
    }
}
