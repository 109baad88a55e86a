using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>What a handler waits for of its client: the next request, or room for the next response.</summary>
internal static class ClientWaits
{
    /// <summary>
    /// Ends them, the next one if none is running. What was written stays written; a token, by which the pipes can be cancelled too, would make
    /// the server reset the stream.
    /// </summary>
    public static void End(HttpContext http, bool writes)
    {
        try
        {
            http.Request.BodyReader.CancelPendingRead();
            if (writes)
            {
                http.Response.BodyWriter.CancelPendingFlush();
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client has gone, and with it the waits.
        }
    }
}
