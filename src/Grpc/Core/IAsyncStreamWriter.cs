namespace Grpc.Core;

/// <summary>A stream of messages to send. One write at a time; a write ends when the transport has room, so a slow reader slows the writer.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>The options of the next write and of those after it; null for the defaults.</summary>
    WriteOptions? WriteOptions { get; set; }

    /// <summary>Writes a message.</summary>
    Task WriteAsync(T message);

    /// <summary>Writes a message; the token cancels the call.</summary>
    Task WriteAsync(T message, CancellationToken cancellationToken) => cancellationToken.CanBeCanceled
        ? throw new NotSupportedException("This stream's writes cannot be cancelled.")
        : WriteAsync(message);
}

/// <summary>The responses of a server.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>;

/// <summary>The requests of a client.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Ends the stream of requests; the call itself goes on until the server answers.</summary>
    Task CompleteAsync();
}
