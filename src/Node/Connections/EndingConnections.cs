using Microsoft.AspNetCore.Http.Features;

namespace Exchange.Node.Connections;

/// <summary>
/// Keeps calls off connections that are ending: a client may go on opening streams after GOAWAY, by mistake or on purpose, and would keep its
/// connection alive with them.
/// </summary>
internal static class EndingConnections
{
    /// <summary>REFUSED_STREAM (RFC 9113, 8.7): nothing was done for the call, so any client may repeat it on another connection.</summary>
    private const int RefusedStream = 0x7;

    internal static void RefuseCallsOnEndingConnections(this IApplicationBuilder application) => application.Use(static next => http =>
    {
        if (http.Features.Get<ConnectionLife>() is { Ending.IsCancellationRequested: true } && http.Features.Get<IHttpResetFeature>() is { } stream)
        {
            stream.Reset(RefusedStream);
            return Task.CompletedTask;
        }

        return next(http);
    });
}
