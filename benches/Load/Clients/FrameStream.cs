using System.Buffers;
using System.Runtime.CompilerServices;
using Exchange.Benches.Load.Echoes;

namespace Exchange.Benches.Load.Clients;

/// <summary>Messages out of a response's body, by hand.</summary>
internal sealed class FrameStream(Stream body) : IDisposable
{
    private const int Room = 32 * 1024;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(Room);
    private int _start;
    private int _end;

    /// <summary>The next message; null at the end of the body.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<byte[]?> ReadAsync()
    {
        while (true)
        {
            var size = Frame.TryRead(_bytes.AsSpan(_start, _end - _start), out var message);
            _start += size;
            if (size > 0)
            {
                return message;
            }

            MakeRoom();
            var read = await body.ReadAsync(_bytes.AsMemory(_end));
            _end += read;
            if (read == 0)
            {
                return _start == _end ? null : throw new InvalidDataException("The body ends within a message.");
            }
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_bytes);

    private void MakeRoom()
    {
        var held = _bytes.AsSpan(_start, _end - _start);
        var target = held.Length > _bytes.Length / 2 ? ArrayPool<byte>.Shared.Rent(_bytes.Length * 2) : _bytes;
        held.CopyTo(target);
        if (target != _bytes)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = target;
        }

        (_start, _end) = (0, held.Length);
    }
}
