using System.Net;
using Grpc.Core.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>
/// One message, serialised beforehand. The handler may send it again (on a refused stream) and may still be sending it when the call ends: the
/// buffer goes back to the pool only if nobody reads it, for its next renter is another call.
/// </summary>
internal sealed class SingleContent(PooledBuffer message) : RequestContent
{
    private readonly Lock _gate = new();
    private int _readers;
    private bool _ended;

    public override void End()
    {
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            _ended = true;
            if (_readers == 0)
            {
                message.Return();
            }
        }
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_ended)
            {
                throw new OperationCanceledException("The call has ended.", cancellationToken);
            }

            _readers++;
        }

        try
        {
            await stream.WriteAsync(message.Written, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return; // The stream was reset or the call was cancelled. Which, the response says, if this body does not speak first.
        }

        // Not reached by a write that failed: what it left behind in the transport is unknown, and the buffer stays out of the pool.
        lock (_gate)
        {
            _readers--;
            if (_readers == 0 && _ended)
            {
                message.Return();
            }
        }
    }
}
