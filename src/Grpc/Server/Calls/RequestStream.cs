using Grpc.Core;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>The requests of a streaming client, read from the pipe one at a time: what the handler does not read, the client cannot send.</summary>
internal sealed class RequestStream<TRequest>(ServerCall call, Marshaller<TRequest> marshaller) : IAsyncStreamReader<TRequest>
    where TRequest : class
{
    private TRequest? _current;

    public TRequest Current => _current ?? throw new InvalidOperationException("There is no current message: MoveNext has not returned true.");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        call.BeginRead();
        try
        {
            _current = null;
            _current = await call.ReadAsync(marshaller, cancellationToken);
            return _current is not null;
        }
        finally
        {
            call.EndRead();
        }
    }
}
