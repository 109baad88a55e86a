using Exchange.Hostile.Tests.Http2;
using Exchange.Hostile.Tests.Mutations;

namespace Exchange.Hostile.Tests.Requests;

/// <summary>Several calls on one connection, sound HTTP/2 each, with headers and messages that are wrong. All is made from the seed.</summary>
internal sealed class MutatedCalls
{
    public const int Calls = 16;

    public MutatedCalls(int seed)
    {
        var random = new Random(seed);
        var bytes = new List<byte>(RawConnection.Greeting);
        Breaks = random.Next(8) == 0;
        for (var call = 0; call < Calls; call++)
        {
            var stream = (uint)(1 + (2 * call));
            var frames = Make(random, stream, breaks: Breaks && call == Calls - 1);
            if (random.Next(8) == 0)
            {
                // Left by its client: the server forgets it, and answers if it was quicker.
                frames.Add(Frame.Reset(stream, ErrorCode.Cancel));
            }
            else
            {
                Awaited.Add(stream);
            }

            frames.ForEach(frame => bytes.AddRange(frame.ToBytes()));
        }

        Bytes = [.. bytes];
        Pieces = random.Next(16) switch { 0 => 1, 1 => 7, 2 => 1000, _ => int.MaxValue };
    }

    /// <summary>What is sent, greeting and all.</summary>
    public byte[] Bytes { get; }

    /// <summary>How many bytes a write has at most.</summary>
    public int Pieces { get; }

    /// <summary>The streams that must be answered.</summary>
    public List<uint> Awaited { get; } = [];

    /// <summary>The last call has headers that HTTP/2 forbids, so the server may end the connection.</summary>
    public bool Breaks { get; }

    private static List<Frame> Make(Random random, uint stream, bool breaks)
    {
        var headers = HeaderMutator.Proper(CallFrames.Service + CallFrames.Methods[random.Next(CallFrames.Methods.Length)]);
        if (breaks)
        {
            HeaderMutator.Break(random, headers);
        }

        var body = MessageMutator.Prefixed(MessageMutator.SomeShot(random));
        if (random.Next(2) == 0)
        {
            HeaderMutator.Mutate(random, headers);
        }
        else
        {
            body = MessageMutator.Mutated(random);
            if (random.Next(2) == 0)
            {
                headers.Add(("grpc-encoding", "gzip"));
            }
        }

        return CallFrames.Cut(random, stream, HeaderBlock.Encode(headers), body);
    }
}
