using System.Buffers;
using System.IO.Compression;

namespace Grpc.Core.Wire;

/// <summary>
/// Writes one message with its prefix. A message whose length is announced is serialised in place:
/// <code>
///   target memory:  | flag, length | payload written by the marshaller |
///                   ^ reserved at once                                 ^ advanced once, at the end
/// </code>
/// Nothing is advanced before the message is whole, so a marshaller that throws leaves the stream as it was and the call can still be answered.
/// Marshallers are synchronous, so one writer a thread serves all calls.
/// </summary>
internal sealed class MessageWriter : SerializationContext, IBufferWriter<byte>
{
    [ThreadStatic]
    private static MessageWriter? _idle;

    private readonly PooledBuffer _scratch = new();
    private IBufferWriter<byte>? _target;
    private CompressionLevel? _compression;
    private int? _limit;
    private int? _announced;
    private Memory<byte> _place;
    private int _written;
    private bool _taken;
    private bool _complete;

    /// <summary>Writes a message into the target. With a compression level it is compressed.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: longer than the limit. INTERNAL: the marshaller failed.</exception>
    public static void Write<T>(IBufferWriter<byte> target, T message, Marshaller<T> marshaller, int? limit, CompressionLevel? compression)
    {
        // Taken, not peeked: a marshaller may itself use a channel.
        var writer = _idle ?? new MessageWriter();
        _idle = null;
        writer._target = target;
        writer._limit = limit;
        writer._compression = compression;
        try
        {
            marshaller.ContextualSerializer(message, writer);
            if (!writer._complete)
            {
                throw new InvalidOperationException("The marshaller returned without completing its message.");
            }
        }
        catch (Exception e) when (e is not RpcException)
        {
            // Whatever a marshaller throws is a fault of this side (statuscodes.md: INTERNAL).
            throw new RpcException(new Status(StatusCode.Internal, "The message could not be serialised.", e));
        }
        finally
        {
            writer.Reset();
            _idle = writer;
        }
    }

    public override void SetPayloadLength(int payloadLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadLength);
        CheckLimit(payloadLength);
        if (_taken)
        {
            throw new InvalidOperationException("The length is announced before the writer is taken.");
        }

        _announced = payloadLength;
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        if (!_taken && _announced is { } length && _compression is null)
        {
            _place = _target!.GetMemory(MessagePrefix.Size + length)[..(MessagePrefix.Size + length)];
        }

        _taken = true;
        return this;
    }

    public override void Complete()
    {
        CompleteOnce();
        if (_place.IsEmpty)
        {
            CheckAnnounced(_scratch.Length);
            Emit(_scratch.Written);
            return;
        }

        CheckAnnounced(_written);
        MessagePrefix.Write(_place.Span, compressed: false, _written);
        _target!.Advance(_place.Length);
    }

    public override void Complete(byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        CompleteOnce();
        Emit(payload);
    }

    void IBufferWriter<byte>.Advance(int count)
    {
        if (_place.IsEmpty)
        {
            _scratch.Advance(count);
            return;
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_place.Length - MessagePrefix.Size - _written), nameof(count));
        _written += count;
    }

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint) => _place.IsEmpty ? _scratch.GetMemory(sizeHint) : Rest(sizeHint);

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint) => _place.IsEmpty ? _scratch.GetSpan(sizeHint) : Rest(sizeHint).Span;

    private Memory<byte> Rest(int sizeHint)
    {
        var rest = _place[(MessagePrefix.Size + _written)..];
        return rest.Length >= sizeHint
            ? rest
            : throw new InvalidOperationException("The marshaller asks for more room than the length that it announced.");
    }

    private void Emit(ReadOnlyMemory<byte> payload)
    {
        CheckLimit(payload.Length);
        if (_compression is not { } level || payload.IsEmpty)
        {
            // Nothing compresses to nothing here (Gzip), which other readers of gzip refuse.
            Copy(payload.Span, compressed: false);
            return;
        }

        var compressed = new PooledBuffer();
        Gzip.Compress(payload, level, compressed);
        Copy(compressed.Written.Span, compressed: true);
        compressed.Return();
    }

    private void Copy(ReadOnlySpan<byte> payload, bool compressed)
    {
        var place = _target!.GetSpan(MessagePrefix.Size + payload.Length);
        MessagePrefix.Write(place, compressed, payload.Length);
        payload.CopyTo(place[MessagePrefix.Size..]);
        _target.Advance(MessagePrefix.Size + payload.Length);
    }

    private void CompleteOnce()
    {
        if (_complete)
        {
            throw new InvalidOperationException("The message is already complete.");
        }

        _complete = true;
    }

    private void CheckAnnounced(int length)
    {
        if (_announced is { } announced && announced != length)
        {
            throw new InvalidOperationException($"The marshaller announced {announced} bytes and wrote {length}.");
        }
    }

    private void CheckLimit(int length)
    {
        if (length > _limit)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, "Sending message exceeds the maximum configured message size."));
        }
    }

    private void Reset()
    {
        _scratch.Return();
        _target = null;
        _compression = null;
        _limit = null;
        _announced = null;
        _place = default;
        _written = 0;
        _taken = false;
        _complete = false;
    }
}
