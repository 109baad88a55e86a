using System.Buffers;

namespace Exchange.Node.Providers;

/// <summary>
/// A provider's answer as it came: one pooled buffer, copied once from the connection, in which records are found but not parsed. Generated
/// parsing would copy each record once more.
/// </summary>
internal sealed class ProviderAnswer : IDisposable
{
    private const int RecordsKey = (1 << 3) | 2;
    private const int NextPageTokenKey = (2 << 3) | 2;

    private byte[]? _buffer;
    private readonly int _length;

    private ProviderAnswer(byte[] buffer, int length)
    {
        _buffer = buffer;
        _length = length;
        IsWellFormed = TryScan();
    }

    /// <summary>Whether the answer's own framing is sound; its records are judged by the minimiser.</summary>
    internal bool IsWellFormed { get; }

    /// <summary>Bytes of the whole, framing included.</summary>
    internal int Length => _length;

    /// <summary>Number of records.</summary>
    internal int RecordCount { get; private set; }

    /// <summary>The provider's cursor to the next page; empty after the last.</summary>
    internal ReadOnlyMemory<byte> NextPageToken { get; private set; }

    private ReadOnlySpan<byte> Bytes => (_buffer ?? throw new ObjectDisposedException(nameof(ProviderAnswer))).AsSpan(0, _length);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            // Personal data does not wait in the pool for its next user.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    /// <summary>Takes the one copy.</summary>
    internal static ProviderAnswer Read(in ReadOnlySequence<byte> payload)
    {
        var length = checked((int)payload.Length);
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(length, 1));
        payload.CopyTo(buffer);
        return new ProviderAnswer(buffer, length);
    }

    /// <summary>The records in order.</summary>
    internal RecordEnumerator Records() => new(Bytes);

    private bool TryScan()
    {
        var reader = new FieldReader(Bytes);
        while (reader.TryRead(out var key, out var start, out var length))
        {
            if (key == RecordsKey)
            {
                RecordCount++;
            }
            else if (key == NextPageTokenKey)
            {
                NextPageToken = _buffer.AsMemory(start, length);
            }
        }

        return reader.IsAtEnd;
    }

    /// <summary>Walks the records without allocating.</summary>
    internal ref struct RecordEnumerator(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private FieldReader _reader = new(bytes);

        public ReadOnlySpan<byte> Current { get; private set; }

        public readonly RecordEnumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            while (_reader.TryRead(out var key, out var start, out var length))
            {
                if (key == RecordsKey)
                {
                    Current = _bytes.Slice(start, length);
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Reads length-delimited fields; all else is skipped, as unknown fields are, or ends the walk.</summary>
    private ref struct FieldReader(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private int _position;

        internal readonly bool IsAtEnd => _position == _bytes.Length;

        internal bool TryRead(out int key, out int start, out int length)
        {
            key = start = length = 0;
            var position = _position;
            if (!TryVarint(ref position, out var rawKey) || rawKey > int.MaxValue || rawKey >> 3 == 0)
            {
                return false;
            }

            var size = 0UL;
            switch (rawKey & 7)
            {
                case 0 when TryVarint(ref position, out _):
                    break;
                case 1:
                    size = sizeof(ulong);
                    break;
                case 2 when TryVarint(ref position, out size):
                    break;
                case 5:
                    size = sizeof(uint);
                    break;
                default:
                    return false;
            }

            if (size > (ulong)(_bytes.Length - position))
            {
                return false;
            }

            (key, start, length) = ((int)rawKey, position, (int)size);
            _position = position + (int)size;
            return true;
        }

        private readonly bool TryVarint(ref int position, out ulong value)
        {
            value = 0;
            for (var shift = 0; shift < 64 && position < _bytes.Length; shift += 7)
            {
                var next = _bytes[position++];
                value |= (ulong)(next & 0x7F) << shift;
                if (next < 0x80)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
