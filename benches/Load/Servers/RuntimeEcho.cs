using Exchange.Benches.Load.Echoes;
using Grpc.Core;

namespace Exchange.Benches.Load.Servers;

/// <summary>The echo on the gRPC runtime.</summary>
[BindServiceMethod(typeof(RuntimeEcho), nameof(Bind))]
internal sealed class RuntimeEcho
{
    public static void Bind(ServiceBinderBase binder, RuntimeEcho? service)
    {
        binder.AddMethod(EchoMethods.Ask, service is null ? null : new UnaryServerMethod<byte[], byte[]>(service.Ask));
        binder.AddMethod(EchoMethods.Listen, service is null ? null : new ServerStreamingServerMethod<byte[], byte[]>(service.Listen));
        binder.AddMethod(EchoMethods.Tell, service is null ? null : new ClientStreamingServerMethod<byte[], byte[]>(service.Tell));
        binder.AddMethod(EchoMethods.Talk, service is null ? null : new DuplexStreamingServerMethod<byte[], byte[]>(service.Talk));
    }

    public Task<byte[]> Ask(byte[] request, ServerCallContext context) => Task.FromResult(request);

    public async Task Listen(byte[] request, IServerStreamWriter<byte[]> responses, ServerCallContext context)
    {
        for (var left = StreamLength.Read(request); left > 0; left--)
        {
            await responses.WriteAsync(request);
        }
    }

    public async Task<byte[]> Tell(IAsyncStreamReader<byte[]> requests, ServerCallContext context)
    {
        byte[] last = [];
        while (await requests.MoveNext(CancellationToken.None))
        {
            last = requests.Current;
        }

        return last;
    }

    public async Task Talk(IAsyncStreamReader<byte[]> requests, IServerStreamWriter<byte[]> responses, ServerCallContext context)
    {
        while (await requests.MoveNext(CancellationToken.None))
        {
            await responses.WriteAsync(requests.Current);
        }
    }
}
