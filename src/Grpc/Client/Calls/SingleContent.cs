using System.Net;
using Grpc.Core.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>
/// One message, serialised beforehand. The handler may send it again (on a refused stream) and may still be sending it when the call ends: the
/// buffer goes back to the pool only if nobody reads it, for its next renter is another call. One word knows: how many read, and a bit for the
/// call's end; whoever changes it to the bit alone returns the buffer.
/// <para>
/// A <see cref="ByteArrayContent"/> only in name: of such a one the transport knows that nobody writes it while answers come, and sends it without
/// watching both ways at once. It says its length, too, for without one the transport would put a header together that HTTP/2 does not send.
/// </para>
/// </summary>
internal sealed class SingleContent : ByteArrayContent, IRequestBody
{
    private const int Ended = 1 << 30;

    private int _state;
    private volatile bool _sent;

    public SingleContent()
        : base([]) => Headers.ContentType = IRequestBody.Type;

    /// <summary>The message with its prefix.</summary>
    public PooledBuffer Message { get; } = new();

    /// <summary>Whether the transport has taken all of it, and no longer works at it.</summary>
    public bool HasBeenSent => _sent && (Volatile.Read(ref _state) & ~Ended) == 0;

    public void End()
    {
        if (Interlocked.Or(ref _state, Ended) == 0)
        {
            Message.Return();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = Message.Length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if ((Interlocked.Increment(ref _state) & Ended) != 0)
        {
            // Not taken back: the buffer is with another call, or will be left to the garbage collector.
            throw new OperationCanceledException("The call has ended.", cancellationToken);
        }

        try
        {
            await stream.WriteAsync(Message.Written, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return; // The stream was reset or the call was cancelled. Which, the response says, if this body does not speak first.
        }

        // Not reached by a write that failed: what it left behind in the transport is unknown, and the buffer stays out of the pool.
        _sent = true;
        if (Interlocked.Decrement(ref _state) == Ended)
        {
            Message.Return();
        }
    }
}
