using System.Buffers;
using Exchange.Formats;
using Exchange.V1;

namespace Exchange.Node.Providers;

/// <summary>
/// A provider's answer as it came: one pooled buffer, copied once from the connection, in which records are found but not parsed. Generated
/// parsing would copy each record once more.
/// </summary>
internal sealed class ProviderAnswer : IDisposable
{
    private static readonly uint RecordsKey = WireFields.BytesKey(ProviderFetchResponse.RecordsFieldNumber);
    private static readonly uint NextPageTokenKey = WireFields.BytesKey(ProviderFetchResponse.NextPageTokenFieldNumber);

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
        var fields = new WireFields(Bytes);
        while (fields.MoveNext())
        {
            if (fields.Key == RecordsKey)
            {
                RecordCount++;
            }
            else if (fields.Key == NextPageTokenKey)
            {
                NextPageToken = _buffer.AsMemory(fields.ContentStart, fields.ContentLength);
            }
        }

        return fields.IsAtEnd;
    }

    /// <summary>Walks the records without allocating.</summary>
    internal ref struct RecordEnumerator(ReadOnlySpan<byte> bytes)
    {
        private WireFields _fields = new(bytes);

        public readonly ReadOnlySpan<byte> Current => _fields.Content;

        public readonly RecordEnumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            while (_fields.MoveNext())
            {
                if (_fields.Key == RecordsKey)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
