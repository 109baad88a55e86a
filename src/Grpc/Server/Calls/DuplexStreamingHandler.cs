using System.Runtime.CompilerServices;
using Grpc.AspNetCore.Server.Binding;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>Two independent streams.</summary>
internal sealed class DuplexStreamingHandler<TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method,
    ServiceSource<TService> source,
    CallSettings settings,
    Func<TService, IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task> handler)
    : StreamingHandler<TService, TRequest, TResponse>(method, source, settings)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    protected override async ValueTask InvokeAsync(TService service, ServerCall call)
    {
        RequestPipe.AllowLong(call.HttpContext);
        await handler(service, new RequestStream<TRequest>(call, Requests), new ResponseStream<TResponse>(call, Responses), call);
        call.Complete();
    }
}
