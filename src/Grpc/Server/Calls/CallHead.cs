using Grpc.Core;
using Grpc.Core.Wire;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>Reads the protocol's own headers of a request. What it throws is the answer.</summary>
internal static class CallHead
{
    /// <summary>How long the call may take; null for ever.</summary>
    /// <exception cref="RpcException">INTERNAL: malformed.</exception>
    public static TimeSpan? Timeout(IHeaderDictionary headers)
    {
        if (headers.GrpcTimeout is not { Count: > 0 } timeout)
        {
            return null;
        }

        return CallTimeout.TryParse(timeout.ToString(), out var left) ? left : throw new RpcException(new Status(StatusCode.Internal, "The grpc-timeout is malformed."));
    }

    /// <summary>The encoding of the requests; null for none.</summary>
    /// <exception cref="RpcException">UNIMPLEMENTED: one that is not here, with those that are.</exception>
    public static string? Encoding(HttpContext http)
    {
        string? encoding = http.Request.Headers.GrpcEncoding;
        if (encoding is not (null or HeaderName.Identity or HeaderName.Gzip))
        {
            http.Response.Headers.GrpcAcceptEncoding = HeaderName.Accepted;
            throw new RpcException(new Status(StatusCode.Unimplemented, $"The message encoding is not supported; {HeaderName.Accepted} are."));
        }

        return encoding;
    }
}
