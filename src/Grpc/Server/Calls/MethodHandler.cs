using Grpc.AspNetCore.Server.Binding;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>Serves one method.</summary>
internal abstract class MethodHandler(IMethod method)
{
    public IMethod Method { get; } = method;

    public abstract Task HandleAsync(HttpContext http);
}

/// <summary>Serves one method of a service: check the request, open the call, let the handler run, answer.</summary>
internal abstract class MethodHandler<TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method, ServiceSource<TService> source, CallSettings settings) : MethodHandler(method)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    protected CallSettings Settings => settings;

    protected ServiceSource<TService> Source => source;

    protected Marshaller<TRequest> Requests => method.RequestMarshaller;

    protected Marshaller<TResponse> Responses => method.ResponseMarshaller;

    protected static TResponse Answered(TResponse? response) =>
        response ?? throw new RpcException(new Status(StatusCode.Internal, "The handler returned no message."));
}
