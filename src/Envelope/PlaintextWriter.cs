using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using Exchange.Format.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Envelopes;

/// <summary>
/// Builds the plaintext of one envelope in one pooled buffer: <c>u32 length ‖ Payload ‖ zeros ‖ room for the tag</c>. Records are written
/// where they stay; encryption happens in place. The Payload's fields come in ascending order: records, answers, terms, salt. Not safe for
/// concurrent use. Disposal zeroes the buffer before it returns to the pool.
/// </summary>
public sealed class PlaintextWriter : IDisposable
{
    private const int LengthSize = sizeof(uint);
    private const int DefaultCapacity = 4096;
    private const int NoRecord = -1;

    private byte[] _buffer;
    private int _end = LengthSize;
    private int _lastField;
    private int _recordMaximum = NoRecord;
    private int _paddedSize;
    private bool _answers;

    /// <summary>Rents the buffer.</summary>
    /// <param name="capacity">Expected bytes; more is rented when needed.</param>
    public PlaintextWriter(int capacity = DefaultCapacity) => _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(capacity, DefaultCapacity));

    /// <summary>Records written.</summary>
    public int RecordCount { get; private set; }

    /// <summary>Bytes of plaintext with padding, once finished.</summary>
    public int PaddedSize => Finished()._paddedSize;

    /// <summary>The padded plaintext, once finished; after sealing, the ciphertext without its tag.</summary>
    public Span<byte> Plaintext => Finished()._buffer.AsSpan(0, _paddedSize);

    /// <summary>Room for the tag, right behind the plaintext.</summary>
    public Span<byte> Tag => Finished()._buffer.AsSpan(_paddedSize, SealingContext.TagSize);

    /// <summary>Plaintext and tag together: after sealing, the envelope's ciphertext field. Valid until disposal.</summary>
    public ReadOnlyMemory<byte> Ciphertext => Finished()._buffer.AsMemory(0, _paddedSize + SealingContext.TagSize);

    /// <summary>Opens a record and returns exactly this much room for it. The span is valid until <see cref="EndRecord"/>.</summary>
    /// <param name="maximumLength">The most bytes that the record may take.</param>
    /// <exception cref="InvalidOperationException">A record is open, or answers, terms or the end were written.</exception>
    public Span<byte> BeginRecord(int maximumLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maximumLength);
        BeginField(Payload.RecordsFieldNumber, repeats: true);
        var prefix = KeyAndLengthSize(maximumLength);
        Reserve(checked(prefix + maximumLength));
        _recordMaximum = maximumLength;
        return _buffer.AsSpan(_end + prefix, maximumLength);
    }

    /// <summary>Closes the open record.</summary>
    /// <param name="written">How many bytes of the room the record took, from its beginning.</param>
    /// <exception cref="InvalidOperationException">No record is open.</exception>
    public void EndRecord(int written)
    {
        if (_recordMaximum == NoRecord)
        {
            throw new InvalidOperationException("No record is open.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(written);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(written, _recordMaximum);

        // The length was reserved at the width of the maximum; a canonical one may be shorter, and then the record moves left.
        var reserved = _end + KeyAndLengthSize(_recordMaximum);
        WriteKeyAndLength(Payload.RecordsFieldNumber, written);
        if (_end != reserved)
        {
            _buffer.AsSpan(reserved, written).CopyTo(_buffer.AsSpan(_end));
        }

        _end += written;
        _recordMaximum = NoRecord;
        RecordCount++;
    }

    /// <summary>Appends one answer.</summary>
    /// <exception cref="InvalidOperationException">A record is open, or terms or the end were written.</exception>
    public void WriteAnswer(Answer answer)
    {
        BeginField(Payload.AnswersFieldNumber, repeats: true);
        WriteMessage(Payload.AnswersFieldNumber, answer);
        _answers = true;
    }

    /// <summary>Appends the terms, once.</summary>
    /// <exception cref="InvalidOperationException">A record is open, or terms or the end were written.</exception>
    public void WriteTerms(Terms terms)
    {
        BeginField(Payload.TermsFieldNumber, repeats: false);
        WriteMessage(Payload.TermsFieldNumber, terms);
    }

    /// <summary>Appends the terms, once, as who writes them himself has them: returns exactly this much room for the serialised message.</summary>
    /// <param name="length">Bytes of the message; all of them are to be written before anything else is.</param>
    /// <exception cref="InvalidOperationException">A record is open, or terms or the end were written.</exception>
    public Span<byte> ReserveTerms(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        BeginField(Payload.TermsFieldNumber, repeats: false);
        Reserve(checked(KeyAndLengthSize(length) + length));
        WriteKeyAndLength(Payload.TermsFieldNumber, length);
        _end += length;
        return _buffer.AsSpan(_end - length, length);
    }

    /// <summary>Draws the salt, appends it, computes the commitment and pads. Nothing can be added afterwards.</summary>
    /// <exception cref="InvalidOperationException">A record is open, or the writer is finished.</exception>
    public PayloadCommitment Finish()
    {
        Span<byte> salt = stackalloc byte[PayloadCommitment.SaltSize];
        RandomBytes.Fill(salt);
        return Finish(salt);
    }

    /// <summary>Finishes with a given salt: for test vectors.</summary>
    internal PayloadCommitment Finish(ReadOnlySpan<byte> salt)
    {
        BeginField(Payload.CommitmentSaltFieldNumber, repeats: false);
        var commitment = PayloadCommitment.Compute(salt, _buffer.AsSpan(LengthSize, _end - LengthSize));

        Reserve(PayloadCommitment.SaltFieldSize);
        PayloadCommitment.SaltFieldStart.CopyTo(_buffer.AsSpan(_end));
        salt.CopyTo(_buffer.AsSpan(_end + PayloadCommitment.SaltFieldStart.Length));
        _end += PayloadCommitment.SaltFieldSize;

        BinaryPrimitives.WriteUInt32BigEndian(_buffer, (uint)(_end - LengthSize));
        _paddedSize = Padding.PaddedSize(_end, _answers && RecordCount == 0);
        Reserve(checked(_paddedSize + SealingContext.TagSize - _end));

        // A pooled buffer holds what its last user left in it; padding must be zeros.
        _buffer.AsSpan(_end, _paddedSize + SealingContext.TagSize - _end).Clear();
        return commitment;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_buffer.Length == 0)
        {
            return;
        }

        Release(_buffer);
        _buffer = [];
        _paddedSize = 0;
        _lastField = int.MaxValue;
    }

    private PlaintextWriter Finished() => _paddedSize != 0 ? this : throw new InvalidOperationException("The plaintext is not finished, or disposed of.");

    private void BeginField(int field, bool repeats)
    {
        ObjectDisposedException.ThrowIf(_buffer.Length == 0, this);
        if (_recordMaximum != NoRecord)
        {
            throw new InvalidOperationException("A record is open.");
        }

        if (field < _lastField || (field == _lastField && !repeats))
        {
            throw new InvalidOperationException($"Field {field} of Payload cannot follow field {_lastField}.");
        }

        _lastField = field;
    }

    private void WriteMessage(int field, IMessage message)
    {
        var size = message.CalculateSize();
        Reserve(checked(KeyAndLengthSize(size) + size));
        WriteKeyAndLength(field, size);
        message.WriteTo(_buffer.AsSpan(_end, size));
        _end += size;
    }

    private void WriteKeyAndLength(int field, int length)
    {
        const int lengthDelimited = 2;
        _buffer[_end++] = (byte)((field << 3) | lengthDelimited);
        var rest = (uint)length;
        for (; rest >= 0x80; rest >>= 7)
        {
            _buffer[_end++] = (byte)(rest | 0x80);
        }

        _buffer[_end++] = (byte)rest;
    }

    private void Reserve(int more)
    {
        var needed = checked(_end + more);
        if (needed <= _buffer.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max((long)_buffer.Length * 2, needed), Array.MaxLength));
        _buffer.AsSpan(0, _end).CopyTo(larger);
        Release(_buffer);
        _buffer = larger;
    }

    // All of it, since an open record may have been written anywhere behind the end.
    private static void Release(byte[] buffer)
    {
        CryptographicOperations.ZeroMemory(buffer);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    // A field number below 16 makes a key of one byte.
    private static int KeyAndLengthSize(int length) => 1 + ((BitOperations.Log2((uint)length | 1) / 7) + 1);
}
