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

/// <summary>
/// Serves one method of a service: check the request, open the call, let the handler run, answer. The kinds of call differ only in
/// <see cref="InvokeAsync"/>.
/// </summary>
internal abstract class MethodHandler<TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method, ServiceSource<TService> source, CallSettings settings) : MethodHandler(method)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    protected Marshaller<TRequest> Requests => method.RequestMarshaller;

    protected Marshaller<TResponse> Responses => method.ResponseMarshaller;

    public sealed override async Task HandleAsync(HttpContext http)
    {
        if (Refusal.Refuses(http))
        {
            return;
        }

        var call = new ServerCall(http, method, settings);
        TService? owned = null;
        try
        {
            call.Open();
            var (service, isOwned) = source.Get(http);
            owned = isOwned ? service : null;
            await InvokeAsync(service, call);
        }
        catch (Exception e)
        {
            // Everything: whatever a handler throws becomes a status, and its message stays here.
            call.Fail(e);
        }
        finally
        {
            await call.ReleaseAsync();
            if (owned is not null)
            {
                await ServiceSource<TService>.ReleaseAsync(owned);
            }
        }
    }

    /// <summary>Reads, calls the service and completes the call.</summary>
    protected abstract Task InvokeAsync(TService service, ServerCall call);

    protected static TResponse Answered(TResponse? response) =>
        response ?? throw new RpcException(new Status(StatusCode.Internal, "The handler returned no message."));
}
