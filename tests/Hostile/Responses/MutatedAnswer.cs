using Exchange.Hostile.Tests.Http2;
using Exchange.Hostile.Tests.Mutations;
using Exchange.Hostile.Tests.Protos;
using Google.Protobuf;

namespace Exchange.Hostile.Tests.Responses;

/// <summary>An answer in which something is wrong, or nothing. All is made from the seed.</summary>
/// <param name="Bytes">What is sent on the connection.</param>
/// <param name="Piece">How many bytes a write has at most.</param>
/// <param name="EndsConnection">The connection is closed afterwards: the client may still be waiting for what the bytes promised.</param>
internal sealed record MutatedAnswer(byte[] Bytes, int Piece, bool EndsConnection)
{
    private static readonly string[] HttpStatuses = ["200", "200", "200", "100", "103", "204", "301", "400", "401", "403", "404", "429", "500", "503", "600", "999", "0", "-1", "", "abc", "2000"];
    private static readonly string[] GrpcStatuses = ["0", "0", "1", "5", "13", "16", "17", "-1", "", "00", "0x0", "99999999999999999999", "abc", "0,0", " 0"];
    private static readonly string[] Messages = ["fine", "", "%", "%F", "%FF%FE", "%E2%82%AC", "%00", "%0d%0a", "%%%%%%%%", "a+b"];
    private static readonly string[] Encodings = ["gzip", "identity", "deflate", "", "GZIP", "gzip,gzip"];
    private static readonly string[] Types = ["application/grpc", "application/grpc", "application/grpc", "application/grpc+proto", "text/html", "", "application/grpc-web", "application/json"];
    private static readonly (string Name, string Value)[] Extras =
    [
        ("x-data-bin", "AAAA"), ("x-data-bin", "!"), ("x-data-bin", "AAAAA"), ("grpc-status-details-bin", "%%%"), ("grpc-status-details-bin", "AAA"), ("x!#$%&'*+^`|~", "odd"),
        ("retry-after", "never"), ("content-length", "5"), ("content-length", "-5"), ("content-encoding", "gzip"), ("location", "http://127.0.0.1:1/"), ("set-cookie", "a=b"),
        ("transfer-encoding", "chunked"), ("connection", "close"), ("X-UPPER", "x"), ("", ""), (":status", "200"), (":path", "/"), ("grpc-status", "0"), ("grpc-encoding", "gzip"), ("date", "yesterday"), ("x", "\u0000\r\n"),
    ];

    public static MutatedAnswer Make(int seed, uint stream)
    {
        var random = new Random(seed);
        var frames = Frames(random, stream);
        var breaks = random.Next(4) == 0;
        var strays = random.Next(8) == 0;
        if (strays)
        {
            frames.Insert(random.Next(frames.Count + 1), FrameMutator.Stray(random, stream));
        }

        var bytes = new List<byte>();
        var broken = breaks ? random.Next(frames.Count) : -1;
        for (var index = 0; index < frames.Count; index++)
        {
            bytes.AddRange(index == broken ? FrameMutator.Mutate(random, frames[index]) : frames[index].ToBytes());
        }

        // Whatever is still open is ended by the reset; where frames are broken, it may be swallowed, and the end of the connection ends all. So
        // too behind stray frames: a client that was told to open no more streams keeps the connection for better times.
        bytes.AddRange(Frame.Reset(stream, (ErrorCode)random.Next(14)).ToBytes());
        return new MutatedAnswer([.. bytes], random.Next(16) switch { 0 => 1, 1 => 7, _ => int.MaxValue }, breaks || strays || random.Next(16) == 0);
    }

    private static List<Frame> Frames(Random random, uint stream)
    {
        var headers = new List<(string, string)> { (":status", Pick(random, HttpStatuses)), ("content-type", Pick(random, Types)) };
        var trailers = new List<(string, string)> { ("grpc-status", Pick(random, GrpcStatuses)), ("grpc-message", Pick(random, Messages)) };
        if (random.Next(4) == 0)
        {
            headers.Add(("grpc-encoding", Pick(random, Encodings)));
        }

        for (var extras = random.Next(5) - 3; extras > 0; extras--)
        {
            (random.Next(2) == 0 ? headers : trailers).Add(Extras[random.Next(Extras.Length)]);
        }

        if (random.Next(8) == 0)
        {
            return [Frame.Headers(stream, Block(random, [.. headers, .. trailers]), end: true)];
        }

        var frames = new List<Frame> { Frame.Headers(stream, Block(random, headers)) };
        for (var messages = random.Next(3) == 0 ? random.Next(4) : 1; messages > 0; messages--)
        {
            var body = random.Next(3) == 0 ? MessageMutator.Mutated(random) : MessageMutator.Prefixed(new Hit { Text = "hit", Number = messages }.ToByteArray());
            frames.AddRange(body.Chunk(random.Next(1, 16_000)).Select(piece => Frame.Data(stream, piece)));
        }

        frames.Add(random.Next(8) == 0 ? Frame.Data(stream, [], end: true) : Frame.Headers(stream, Block(random, trailers), end: true));
        return frames;
    }

    private static byte[] Block(Random random, List<(string, string)> headers)
    {
        var block = HeaderBlock.Encode(headers);
        return random.Next(16) == 0 ? BlockMutator.Mutate(random, block) : block;
    }

    /// <summary>Mostly the first, which is as it should be: else no answer would have but one fault.</summary>
    private static string Pick(Random random, string[] values) => values[random.Next(4) == 0 ? random.Next(values.Length) : 0];
}
