using Exchange.Hostile.Tests.Http2;
using Exchange.Hostile.Tests.Mutations;

namespace Exchange.Hostile.Tests.Requests;

/// <summary>One connection with a few proper calls, of which one frame or one header block is broken. All is made from the seed.</summary>
internal sealed class MutatedFrames
{
    public MutatedFrames(int seed)
    {
        var random = new Random(seed);
        var frames = new List<Frame>();
        var calls = random.Next(1, 4);
        var hpack = random.Next(3) == 0;
        for (var call = 0; call < calls; call++)
        {
            var headers = HeaderMutator.Proper(CallFrames.Service + CallFrames.Methods[random.Next(CallFrames.Methods.Length)]);
            var block = HeaderBlock.Encode(headers);
            if (hpack && call == calls - 1)
            {
                block = BlockMutator.Mutate(random, block);
            }

            frames.AddRange(CallFrames.Cut(random, (uint)(1 + (2 * call)), block, MessageMutator.Prefixed(MessageMutator.SomeShot(random))));
        }

        var bytes = new List<byte>();
        var broken = hpack ? -1 : random.Next(frames.Count);
        for (var index = 0; index < frames.Count; index++)
        {
            bytes.AddRange(index == broken ? FrameMutator.Mutate(random, frames[index]) : frames[index].ToBytes());
        }

        bytes.AddRange(Frame.Ping((ulong)seed).ToBytes());
        IsWhole = EndsWithAFrame(bytes);
        var greeting = random.Next(64) == 0 ? ByteMutator.Mutate(random, RawConnection.Greeting) : RawConnection.Greeting;
        IsWhole &= ReferenceEquals(greeting, RawConnection.Greeting);
        Bytes = [.. greeting, .. bytes];
        Pieces = random.Next(16) switch { 0 => 1, 1 => 7, _ => int.MaxValue };
    }

    /// <summary>What is sent, greeting and all; its last frame is a PING with the seed.</summary>
    public byte[] Bytes { get; }

    /// <summary>How many bytes a write has at most.</summary>
    public int Pieces { get; }

    /// <summary>The server sees whole frames up to the PING, so it must either acknowledge it or end the connection.</summary>
    public bool IsWhole { get; }

    private static bool EndsWithAFrame(List<byte> bytes)
    {
        var at = 0;
        while (at + Frame.HeadSize <= bytes.Count)
        {
            at += Frame.HeadSize + ((bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2]);
        }

        return at == bytes.Count;
    }
}
