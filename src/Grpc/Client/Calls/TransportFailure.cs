using System.Net.Sockets;
using Grpc.Core;

namespace Grpc.Net.Client.Calls;

/// <summary>What a failure of HTTP/2 means for a call (PROTOCOL-HTTP2.md, "Errors").</summary>
internal static class TransportFailure
{
    public static Status Explain(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case HttpProtocolException unanswered when unanswered.Message.Contains(nameof(SocketsHttpHandler.KeepAlivePingDelay), StringComparison.Ordinal):
                    // The framework gives it the code of a protocol error; that it names the option is the only mark of its own.
                    return new Status(StatusCode.Unavailable, "The server answered no ping; the connection was closed.", failure);
                case HttpProtocolException reset:
                    return new Status(FromErrorCode(reset.ErrorCode), $"The stream or its connection was reset with error {reset.ErrorCode}.", failure);
                case SocketException or HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded }:
                    return new Status(StatusCode.Unavailable, Connection(failure), failure);
            }
        }

        return failure switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.VersionNegotiationError } => new Status(StatusCode.Internal, "The server does not speak HTTP/2.", failure),
            HttpRequestException or IOException => new Status(StatusCode.Unavailable, Connection(failure), failure),
            OperationCanceledException { InnerException: TimeoutException } => new Status(StatusCode.Unavailable, "The connection took too long.", failure),
            OperationCanceledException => new Status(StatusCode.Cancelled, "The call was cancelled.", failure),
            _ => new Status(StatusCode.Internal, "The call failed.", failure),
        };
    }

    /// <summary>That the connection failed, and of what: the innermost message says it, those around it only that there is one within.</summary>
    public static string Connection(Exception failure)
    {
        while (failure.InnerException is { } cause)
        {
            failure = cause;
        }

        return $"The connection failed: {failure.Message.TrimEnd('.')}.";
    }

    private static StatusCode FromErrorCode(long errorCode) => errorCode switch
    {
        0x7 => StatusCode.Unavailable, // REFUSED_STREAM: nothing was processed.
        0x8 => StatusCode.Cancelled, // CANCEL
        0xb => StatusCode.ResourceExhausted, // ENHANCE_YOUR_CALM
        0xc => StatusCode.PermissionDenied, // INADEQUATE_SECURITY
        _ => StatusCode.Internal,
    };
}
