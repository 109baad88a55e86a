namespace Grpc.Core;

/// <summary>A call that ended with another status than OK. Thrown by a handler, it decides the answer; thrown to a client, it carries one.</summary>
public class RpcException : Exception
{
    /// <summary>With a status and no trailers.</summary>
    public RpcException(Status status)
        : this(status, Metadata.Empty, status.ToString())
    {
    }

    /// <summary>With a status and a message for the exception itself, which does not travel.</summary>
    public RpcException(Status status, string message)
        : this(status, Metadata.Empty, message)
    {
    }

    /// <summary>With trailing metadata, for instance <c>grpc-status-details-bin</c>.</summary>
    public RpcException(Status status, Metadata trailers)
        : this(status, trailers, status.ToString())
    {
    }

    /// <summary>With all of them.</summary>
    public RpcException(Status status, Metadata trailers, string message)
        : base(message, status.DebugException)
    {
        ArgumentNullException.ThrowIfNull(trailers);
        Status = status;
        Trailers = trailers;
    }

    /// <summary>The status of the call.</summary>
    public Status Status { get; }

    /// <summary>The code of the status.</summary>
    public StatusCode StatusCode => Status.StatusCode;

    /// <summary>The trailing metadata of the call.</summary>
    public Metadata Trailers { get; }
}
