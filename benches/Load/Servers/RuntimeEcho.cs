using Exchange.Benches.Load.Echoes;
using Grpc.Core;

namespace Exchange.Benches.Load.Servers;

/// <summary>The echo on the gRPC runtime.</summary>
internal sealed class RuntimeEcho : RuntimeEchoBase
{
    public override Task<byte[]> Ask(byte[] request, ServerCallContext context) => Task.FromResult(request);

    public override async Task Listen(byte[] request, IServerStreamWriter<byte[]> responses, ServerCallContext context)
    {
        for (var left = StreamLength.Read(request); left > 0; left--)
        {
            await responses.WriteAsync(request);
        }
    }

    public override async Task<byte[]> Tell(IAsyncStreamReader<byte[]> requests, ServerCallContext context)
    {
        byte[] last = [];
        while (await requests.MoveNext(CancellationToken.None))
        {
            last = requests.Current;
        }

        return last;
    }

    public override async Task Talk(IAsyncStreamReader<byte[]> requests, IServerStreamWriter<byte[]> responses, ServerCallContext context)
    {
        while (await requests.MoveNext(CancellationToken.None))
        {
            await responses.WriteAsync(requests.Current);
        }
    }
}
