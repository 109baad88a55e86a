using Grpc.Core;
using Grpc.Core.Wire;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>Answers without a message and without a handler: status and headers in one frame (PROTOCOL-HTTP2.md, "Trailers-Only").</summary>
internal static class Refusal
{
    /// <summary>Checks what makes a request a gRPC call, before anything of it is read.</summary>
    public static bool Refuses(HttpContext http)
    {
        if (!HttpMethods.IsPost(http.Request.Method))
        {
            Answer(http, StatusCodes.Status405MethodNotAllowed, new Status(StatusCode.Internal, "gRPC calls are POST requests."));
            http.Response.Headers.Allow = HttpMethods.Post;
            return true;
        }

        if (!HttpProtocol.IsHttp2(http.Request.Protocol) && !HttpProtocol.IsHttp3(http.Request.Protocol))
        {
            Answer(http, StatusCodes.Status426UpgradeRequired, new Status(StatusCode.Internal, "gRPC needs HTTP/2."));
            http.Response.Headers.Upgrade = HttpProtocol.Http2;
            return true;
        }

        if (!HeaderName.IsGrpc(http.Request.ContentType))
        {
            // 415, so that an HTTP client does not take a gRPC error, which travels with 200, for success.
            Answer(http, StatusCodes.Status415UnsupportedMediaType, new Status(StatusCode.Internal, "The content-type is not application/grpc."));
            return true;
        }

        if (!string.Equals(http.Request.Headers.TE, HeaderName.Trailers, StringComparison.OrdinalIgnoreCase))
        {
            // A proxy that drops the header would drop the trailers too, and with them the status.
            Answer(http, StatusCodes.Status400BadRequest, new Status(StatusCode.Internal, "The request has no 'te: trailers'."));
            return true;
        }

        return false;
    }

    public static void Answer(HttpContext http, int httpStatus, Status status)
    {
        http.Response.StatusCode = httpStatus;
        http.Response.ContentType = httpStatus == StatusCodes.Status200OK ? HeaderName.ContentType : null;
        Write(http.Response.Headers, status);
    }

    /// <summary>Puts a status into headers or trailers.</summary>
    public static void Write(IHeaderDictionary headers, Status status)
    {
        headers.GrpcStatus = StatusNumber.Encode(status.StatusCode);
        if (!string.IsNullOrEmpty(status.Detail))
        {
            headers.GrpcMessage = StatusMessage.Encode(status.Detail);
        }
    }
}
