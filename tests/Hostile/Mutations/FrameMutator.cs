using Exchange.Hostile.Tests.Http2;

namespace Exchange.Hostile.Tests.Mutations;

/// <summary>Breaks frames: what they claim, where they belong, and in which order they come.</summary>
internal static class FrameMutator
{
    private static readonly uint[] Streams = [0, 1, 2, 3, 0x7FFF_FFFF, 0x8000_0001, 0xFFFF_FFFF, 1_000_001];
    private static readonly uint[] Numbers = [0, 1, 0x3FFF, 0x4000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF];

    /// <summary>The bytes of one frame with one thing wrong.</summary>
    public static byte[] Mutate(Random random, Frame frame) => random.Next(9) switch
    {
        0 => frame.ToBytes(claimedLength: Math.Max(0, frame.Payload.Length + random.Next(-9, 10))),
        1 => frame.ToBytes(claimedLength: random.Next(1 << 24)),
        2 => (frame with { Kind = (FrameKind)random.Next(12) }).ToBytes(),
        3 => (frame with { Flags = (byte)random.Next(256) }).ToBytes(),
        4 => (frame with { Stream = Pick(random, Streams) }).ToBytes(),
        5 => (frame with { Payload = ByteMutator.Mutate(random, frame.Payload) }).ToBytes(),
        6 => ByteMutator.Mutate(random, frame.ToBytes()),
        7 => [.. frame.ToBytes(), .. frame.ToBytes()],
        _ => [.. Stray(random, frame.Stream).ToBytes(), .. frame.ToBytes()],
    };

    /// <summary>A frame that does not belong here, or not with this content.</summary>
    public static Frame Stray(Random random, uint stream)
    {
        var payload = new byte[random.Next(40)];
        random.NextBytes(payload);
        return random.Next(10) switch
        {
            0 => Frame.WindowUpdate(random.Next(2) == 0 ? 0 : stream, Pick(random, Numbers)),
            1 => Frame.Settings(((Setting)random.Next(10), Pick(random, Numbers)), ((Setting)random.Next(10), Pick(random, Numbers))),
            2 => Frame.Reset(Pick(random, Streams), (ErrorCode)random.Next(16)),
            3 => Frame.GoAway(Pick(random, Streams), (ErrorCode)random.Next(16)),
            4 => new Frame(FrameKind.Priority, 0, stream, [0, 0, 0, (byte)stream, 16]),
            5 => new Frame(FrameKind.PushPromise, Frame.EndHeaders, stream, payload),
            6 => new Frame(FrameKind.Continuation, (byte)random.Next(256), stream, payload),
            7 => new Frame(FrameKind.Data, (byte)random.Next(16), Pick(random, Streams), payload),
            8 => new Frame((FrameKind)random.Next(256), (byte)random.Next(256), Pick(random, Streams), payload),
            _ => new Frame(FrameKind.Ping, (byte)random.Next(2), random.Next(2) == 0 ? 0 : stream, payload),
        };
    }

    private static uint Pick(Random random, uint[] values) => values[random.Next(values.Length)];
}
