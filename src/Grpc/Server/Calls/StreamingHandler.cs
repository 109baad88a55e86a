using Grpc.AspNetCore.Server.Binding;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>Serves a method with a stream on one side or on both. The three kinds differ only in <see cref="InvokeAsync"/>.</summary>
internal abstract class StreamingHandler<TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method, ServiceSource<TService> source, CallSettings settings)
    : MethodHandler<TService, TRequest, TResponse>(method, source, settings)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    public sealed override async Task HandleAsync(HttpContext http)
    {
        if (Refusal.Refuses(http))
        {
            return;
        }

        var call = new ServerCall(http, Method, Settings);
        TService? owned = null;
        try
        {
            call.Open();
            var (service, isOwned) = Source.Get(http);
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
    protected abstract ValueTask InvokeAsync(TService service, ServerCall call);
}
