using System.Buffers;
using System.Net;
using Exchange.Benches.Load.Echoes;

namespace Exchange.Benches.Load.Clients;

/// <summary>A request that is written message by message, framed by hand.</summary>
internal sealed class OpenContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public OpenContent() => Headers.ContentType = FrameContent.Grpc;

    public async ValueTask WriteAsync(byte[] message)
    {
        var stream = await _stream.Task;
        var size = Frame.SizeOf(message);
        var rented = ArrayPool<byte>.Shared.Rent(size);
        Frame.Write(rented, message);
        await stream.WriteAsync(rented.AsMemory(0, size));
        await stream.FlushAsync();
        ArrayPool<byte>.Shared.Return(rented);
    }

    public void Complete() => _complete.SetResult();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        _stream.SetResult(stream);
        await _complete.Task;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
