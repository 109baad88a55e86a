using Grpc.AspNetCore.Server.Calls;
using Microsoft.AspNetCore.Http;

namespace Grpc.Core;

/// <summary>What a call on ASP.NET Core knows besides.</summary>
public static class ServerCallContextExtensions
{
    private const string UserStateKey = "__HttpContext";

    /// <summary>The HTTP context of the call; read from it, do not write. A fake context puts one in its user state under <c>__HttpContext</c>.</summary>
    /// <exception cref="InvalidOperationException">The call has none.</exception>
    public static HttpContext GetHttpContext(this ServerCallContext serverCallContext)
    {
        ArgumentNullException.ThrowIfNull(serverCallContext);
        return serverCallContext is ServerCall call ? call.HttpContext
            : serverCallContext.UserState.TryGetValue(UserStateKey, out var state) && state is HttpContext http ? http
            : throw new InvalidOperationException("This call is not hosted by ASP.NET Core and has no HttpContext.");
    }
}
