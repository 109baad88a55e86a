using Grpc.Core;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>What a failure is called on the wire, and what the log says of it.</summary>
internal static class FailureStatus
{
    public static Status Of(Exception failure, string method, CallSettings settings)
    {
        switch (failure)
        {
            case RpcException { Status: var status }:
                ServerLog.CallRefused(settings.Logger, method, status.StatusCode);
                return status;
            case ClientGoneException:
                ServerLog.CallCancelled(settings.Logger, method);
                return new Status(StatusCode.Cancelled, "The client has ended the call."); // Nobody listens.
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return new Status(StatusCode.ResourceExhausted, "The request is longer than the server allows.");
            case BadHttpRequestException or ConnectionAbortedException:
                return new Status(StatusCode.Internal, "The request is malformed.");
        }

        if (settings.DetailedErrors)
        {
            ServerLog.HandlerFailedDetailed(settings.Logger, method, failure);
            return new Status(StatusCode.Unknown, $"Exception was thrown by handler. {failure.GetType().Name}: {failure.Message}");
        }

        ServerLog.HandlerFailed(settings.Logger, method, failure.GetType().ToString(), failure.StackTrace?.TrimStart());
        return new Status(StatusCode.Unknown, "Exception was thrown by handler.");
    }
}
