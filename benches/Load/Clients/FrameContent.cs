using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Exchange.Benches.Load.Echoes;

namespace Exchange.Benches.Load.Clients;

/// <summary>A request of one message, framed by hand.</summary>
internal sealed class FrameContent : HttpContent
{
    internal static readonly MediaTypeHeaderValue Grpc = new("application/grpc");

    private readonly byte[] _message;

    public FrameContent(byte[] message)
    {
        _message = message;
        Headers.ContentType = Grpc;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var size = Frame.SizeOf(_message);
        var rented = ArrayPool<byte>.Shared.Rent(size);
        Frame.Write(rented, _message);
        await stream.WriteAsync(rented.AsMemory(0, size), cancellationToken);
        ArrayPool<byte>.Shared.Return(rented);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
