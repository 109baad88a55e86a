using Grpc.Core;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>The responses to a client; each write waits for the transport, so a slow client slows its handler and nobody else.</summary>
internal sealed class ResponseStream<TResponse>(ServerCall call, Marshaller<TResponse> marshaller) : IServerStreamWriter<TResponse>
    where TResponse : class
{
    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(TResponse message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(TResponse message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        cancellationToken.ThrowIfCancellationRequested();
        return call.WriteAsync(message, marshaller, WriteOptions, cancellationToken);
    }
}
