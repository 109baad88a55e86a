using System.Runtime.CompilerServices;
using Grpc.AspNetCore.Server.Binding;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>One request, one response.</summary>
internal sealed class UnaryHandler<TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method,
    ServiceSource<TService> source,
    CallSettings settings,
    Func<TService, TRequest, ServerCallContext, Task<TResponse>> handler)
    : MethodHandler<TService, TRequest, TResponse>(method, source, settings)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    protected override async ValueTask InvokeAsync(TService service, ServerCall call)
    {
        var request = await call.ReadSingleAsync(Requests);
        var response = await handler(service, request, call);
        call.Complete(Answered(response), Responses);
    }
}
