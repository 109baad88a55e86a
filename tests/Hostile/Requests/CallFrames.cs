using Exchange.Hostile.Tests.Http2;

namespace Exchange.Hostile.Tests.Requests;

/// <summary>A call as frames, cut as some client might cut it.</summary>
internal static class CallFrames
{
    public const string Service = "/exchange.hostile.tests.Target/";

    public static readonly string[] Methods = ["Ask", "Listen", "Tell", "Talk"];

    /// <summary>A call cut at random places, padded at random, ended by its last data, by an empty frame or by trailers.</summary>
    public static List<Frame> Cut(Random random, uint stream, byte[] block, byte[] body)
    {
        var frames = new List<Frame>();
        AddBlock(random, frames, stream, block, end: false);
        for (var rest = body.AsSpan(); rest.Length > 0;)
        {
            var piece = random.Next(3) == 0 ? random.Next(1, Math.Min(rest.Length, 8) + 1) : Math.Min(rest.Length, 16 * 1024 - 300);
            frames.Add(Padded(random, Frame.Data(stream, rest[..piece])));
            rest = rest[piece..];
        }

        switch (random.Next(4))
        {
            case 0:
                AddBlock(random, frames, stream, HeaderBlock.Encode([("x-trailer", "late"), ("grpc-status", "0")]), end: true);
                break;
            case 1 when body.Length > 0:
                frames[^1] = frames[^1] with { Flags = (byte)(frames[^1].Flags | Frame.EndStream) };
                break;
            default:
                frames.Add(Frame.Data(stream, [], end: true));
                break;
        }

        return frames;
    }

    private static void AddBlock(Random random, List<Frame> frames, uint stream, byte[] block, bool end)
    {
        const int Most = 16 * 1024;
        var first = random.Next(4) == 0 ? random.Next(block.Length + 1) : Math.Min(block.Length, Most);
        var kind = FrameKind.Headers;
        var rest = block.AsSpan();
        do
        {
            var piece = kind == FrameKind.Headers ? first : Math.Min(rest.Length, Most);
            var flags = (kind == FrameKind.Headers && end ? Frame.EndStream : 0) | (piece == rest.Length ? Frame.EndHeaders : 0);
            frames.Add(new Frame(kind, (byte)flags, stream, rest[..piece].ToArray()));
            rest = rest[piece..];
            kind = FrameKind.Continuation;
        }
        while (rest.Length > 0 || !frames[^1].Has(Frame.EndHeaders));
    }

    private static Frame Padded(Random random, Frame frame)
    {
        if (random.Next(8) > 0)
        {
            return frame;
        }

        var padding = random.Next(256);
        return frame with { Flags = (byte)(frame.Flags | Frame.Padded), Payload = [(byte)padding, .. frame.Payload, .. new byte[padding]] };
    }
}
