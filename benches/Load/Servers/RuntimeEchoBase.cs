using Exchange.Benches.Load.Echoes;
using Grpc.Core;

namespace Exchange.Benches.Load.Servers;

/// <summary>The echo as a generator would bind it: the packages, which this program can measure too, look for handlers under the bound type.</summary>
[BindServiceMethod(typeof(RuntimeEchoBase), nameof(Bind))]
internal abstract class RuntimeEchoBase
{
    public static void Bind(ServiceBinderBase binder, RuntimeEchoBase? service)
    {
        binder.AddMethod(EchoMethods.Ask, service is null ? null : new UnaryServerMethod<byte[], byte[]>(service.Ask));
        binder.AddMethod(EchoMethods.Listen, service is null ? null : new ServerStreamingServerMethod<byte[], byte[]>(service.Listen));
        binder.AddMethod(EchoMethods.Tell, service is null ? null : new ClientStreamingServerMethod<byte[], byte[]>(service.Tell));
        binder.AddMethod(EchoMethods.Talk, service is null ? null : new DuplexStreamingServerMethod<byte[], byte[]>(service.Talk));
    }

    public abstract Task<byte[]> Ask(byte[] request, ServerCallContext context);

    public abstract Task Listen(byte[] request, IServerStreamWriter<byte[]> responses, ServerCallContext context);

    public abstract Task<byte[]> Tell(IAsyncStreamReader<byte[]> requests, ServerCallContext context);

    public abstract Task Talk(IAsyncStreamReader<byte[]> requests, IServerStreamWriter<byte[]> responses, ServerCallContext context);
}
