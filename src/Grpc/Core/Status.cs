namespace Grpc.Core;

/// <summary>The result of a call: a code, a description for people and, on the side that made it, the exception behind it.</summary>
public struct Status
{
    /// <summary>Success without a description.</summary>
    public static readonly Status DefaultSuccess = new(StatusCode.OK, string.Empty);

    /// <summary>Cancellation without a description.</summary>
    public static readonly Status DefaultCancelled = new(StatusCode.Cancelled, string.Empty);

    /// <summary>From a code and a description, which travels percent-encoded in <c>grpc-message</c>.</summary>
    public Status(StatusCode statusCode, string detail)
        : this(statusCode, detail, null)
    {
    }

    /// <summary>With the exception behind it, which never leaves this process.</summary>
    public Status(StatusCode statusCode, string detail, Exception? debugException)
    {
        StatusCode = statusCode;
        Detail = detail;
        DebugException = debugException;
    }

    /// <summary>The code.</summary>
    public StatusCode StatusCode { get; }

    /// <summary>The description; empty if there is none.</summary>
    public string Detail { get; }

    /// <summary>The exception behind the status, on this side only.</summary>
    public Exception? DebugException { get; }

    /// <inheritdoc/>
    public override string ToString() => DebugException is null
        ? $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\")"
        : $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\", DebugException=\"{DebugException.GetType()}: {DebugException.Message}\")";
}
