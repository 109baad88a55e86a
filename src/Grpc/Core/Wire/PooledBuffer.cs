using System.Buffers;

namespace Grpc.Core.Wire;

/// <summary>Bytes in one rented array that grows. Whoever owns it returns it, or, where the transport may still be reading, forgets it.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>
{
    private const int FirstSize = 1024;

    private byte[] _array = [];
    private int _start;
    private int _end;

    public int Length => _end - _start;

    public ReadOnlyMemory<byte> Written => _array.AsMemory(_start, Length);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_array.Length - _end), nameof(count));
        _end += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _array.AsMemory(_end);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _array.AsSpan(_end);
    }

    /// <summary>Drops bytes from the front.</summary>
    public void Consume(int count)
    {
        _start += count;
        if (_start == _end)
        {
            _start = _end = 0;
        }
    }

    /// <summary>Gives the array back to the pool. Nobody may still read it: the next call that rents it writes another's message there.</summary>
    public void Return()
    {
        var array = _array;
        Forget();
        if (array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    /// <summary>Leaves the array to the garbage collector.</summary>
    public void Forget()
    {
        _array = [];
        _start = _end = 0;
    }

    private void Reserve(int sizeHint)
    {
        var room = Math.Max(sizeHint, 1);
        if (_end + room <= _array.Length)
        {
            return;
        }

        var written = Written.Span;
        var needed = written.Length + room;
        if (needed <= _array.Length)
        {
            written.CopyTo(_array);
            (_start, _end) = (0, written.Length);
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(needed, FirstSize), (int)Math.Min(2L * _array.Length, Array.MaxLength)));
        written.CopyTo(larger);
        if (_array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_array);
        }

        (_array, _start, _end) = (larger, 0, written.Length);
    }
}
