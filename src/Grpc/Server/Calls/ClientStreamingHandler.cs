using System.Runtime.CompilerServices;
using Grpc.AspNetCore.Server.Binding;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>A stream of requests, one response.</summary>
internal sealed class ClientStreamingHandler<TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method,
    ServiceSource<TService> source,
    CallSettings settings,
    Func<TService, IAsyncStreamReader<TRequest>, ServerCallContext, Task<TResponse>> handler)
    : StreamingHandler<TService, TRequest, TResponse>(method, source, settings)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    protected override async ValueTask InvokeAsync(TService service, ServerCall call)
    {
        RequestPipe.AllowLong(call.HttpContext);
        var response = await handler(service, new RequestStream<TRequest>(call, Requests), call);
        call.Complete(Answered(response), Responses);
    }
}
