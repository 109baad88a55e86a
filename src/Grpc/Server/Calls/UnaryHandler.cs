using Grpc.AspNetCore.Server.Binding;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

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
    /// <summary>What <see cref="StreamingHandler{TService,TRequest,TResponse}"/> does, in one method: a second one would be an object more and a step more for every call.</summary>
    public override async Task HandleAsync(HttpContext http)
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
            var request = await call.ReadSingleAsync(Requests);
            var response = await handler(service, request, call);
            call.Complete(Answered(response), Responses);
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
}
