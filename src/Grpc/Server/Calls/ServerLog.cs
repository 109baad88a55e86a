using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>What the server says in the log. An exception's message may hold data of a request, so only its type and place are written.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(4000, LogLevel.Error, "{Method} failed with {ExceptionType} {StackTrace}", EventName = "GrpcHandlerFailed")]
    public static partial void HandlerFailed(ILogger logger, string method, string exceptionType, string? stackTrace);

    [LoggerMessage(4001, LogLevel.Error, "{Method} failed", EventName = "GrpcHandlerFailedDetailed")]
    public static partial void HandlerFailedDetailed(ILogger logger, string method, Exception exception);

    [LoggerMessage(4002, LogLevel.Debug, "{Method} ended with {StatusCode}", EventName = "GrpcCallRefused")]
    public static partial void CallRefused(ILogger logger, string method, StatusCode statusCode);

    [LoggerMessage(4003, LogLevel.Debug, "{Method} was cancelled by its client", EventName = "GrpcCallCancelled")]
    public static partial void CallCancelled(ILogger logger, string method);

    [LoggerMessage(4004, LogLevel.Debug, "{Method} ran into its deadline", EventName = "GrpcDeadlinePassed")]
    public static partial void DeadlinePassed(ILogger logger, string method);
}
