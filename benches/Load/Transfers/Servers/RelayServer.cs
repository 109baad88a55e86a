using Grpc.Core;

namespace Exchange.Benches.Load.Transfers.Servers;

/// <summary>The node without governance: the same server, the same client, the same limits, and bytes that pass through unread.</summary>
internal sealed class RelayServer(CallInvoker provider) : RelayServerBase
{
    public override async Task<PooledMessage> Fetch(PooledMessage request, ServerCallContext context)
    {
        using var call = provider.AsyncUnaryCall(Method, null, new CallOptions(deadline: context.Deadline, cancellationToken: context.CancellationToken), request);
        return await call.ResponseAsync.ConfigureAwait(false);
    }
}

/// <summary>What the generator would write for exchange.v1.Provider, with messages that stay bytes.</summary>
[BindServiceMethod(typeof(RelayServerBase), nameof(Bind))]
internal abstract class RelayServerBase
{
    public static readonly Method<PooledMessage, PooledMessage> Method = new(MethodType.Unary, "exchange.v1.Provider", "Fetch", PooledMessage.Marshaller, PooledMessage.Marshaller);

    public static void Bind(ServiceBinderBase binder, RelayServerBase? service) =>
        binder.AddMethod(Method, service is null ? null : new UnaryServerMethod<PooledMessage, PooledMessage>(service.Fetch));

    public abstract Task<PooledMessage> Fetch(PooledMessage request, ServerCallContext context);
}
