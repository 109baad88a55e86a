using System.Buffers.Binary;
using System.Text;
using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;
using Google.Protobuf.Reflection;

namespace Exchange.Policy.Evaluation.Assertions;

/// <summary>
/// Finds the values at an assertion's path in one record, on its bytes. The record is canonical, so nothing needs checking again, and what is
/// absent is zero or empty: a number that is not there counts as zero for least and greatest, and is not counted.
/// </summary>
internal ref struct AssertionWalk(AssertionExpression expression, ReadOnlySpan<byte> record)
{
    private const int MicrosecondsPerSecond = 1_000_000;

    private readonly AssertionExpression _expression = expression;
    private readonly ReadOnlySpan<byte> _record = record;
    private WireReader _in = new(record);

    internal void Run(AssertionTally tally) => Message(0, _record.Length, tally);

    private void Message(int depth, int end, AssertionTally tally)
    {
        var field = _expression.Fields[depth];
        var isLast = depth == _expression.Fields.Length - 1;
        var isThere = false;
        while (_in.Position < end)
        {
            _in.TryReadTag(end, out var tag);
            if (tag >> 3 != field.FieldNumber)
            {
                _in.TrySkip(tag, end);
                continue;
            }

            isThere = true;
            if (isLast)
            {
                Value(field, tag, end, tally);
            }
            else
            {
                _in.TryReadLength(end, out var length);
                Message(depth + 1, _in.Position + length, tally);
            }
        }

        if (isLast && !isThere && _expression.Operand == AssertionOperand.Integer && !field.IsRepeated && !field.HasPresence)
        {
            tally.Take(0);
        }
    }

    private void Value(FieldDescriptor field, uint tag, int end, AssertionTally tally)
    {
        if ((tag & 7) != WireType.Delimited)
        {
            tally.Take(Number(field, end));
            return;
        }

        _in.TryReadLength(end, out var length);
        var valueEnd = _in.Position + length;
        switch (_expression.Operand)
        {
            case AssertionOperand.Money:
                Money(field.MessageType, valueEnd, tally);
                break;
            case AssertionOperand.Time:
                tally.Take(Time(valueEnd));
                break;
            case AssertionOperand.Presence when field.FieldType is FieldType.Message or FieldType.String or FieldType.Bytes:
                tally.Take(0);
                break;
            default:
                while (_in.Position < valueEnd)
                {
                    tally.Take(Number(field, valueEnd)); // A packed run.
                }

                break;
        }

        _in.Position = valueEnd;
    }

    /// <summary>A scalar's value if it is a whole number; else 0, for it is only counted.</summary>
    private Int128 Number(FieldDescriptor field, int end)
    {
        var start = _in.Position;
        switch (field.FieldType)
        {
            case FieldType.Fixed32 or FieldType.SFixed32 or FieldType.Float:
                _in.TrySkip(sizeof(uint), end);
                var word = BinaryPrimitives.ReadUInt32LittleEndian(_record[start..]);
                return field.FieldType switch { FieldType.Fixed32 => word, FieldType.SFixed32 => (int)word, _ => 0 };
            case FieldType.Fixed64 or FieldType.SFixed64 or FieldType.Double:
                _in.TrySkip(sizeof(ulong), end);
                var wide = BinaryPrimitives.ReadUInt64LittleEndian(_record[start..]);
                return field.FieldType switch { FieldType.Fixed64 => wide, FieldType.SFixed64 => (long)wide, _ => 0 };
            default:
                _in.TryReadVarint(end, out var value);
                return field.FieldType switch
                {
                    FieldType.UInt32 or FieldType.UInt64 => value,
                    FieldType.SInt32 or FieldType.SInt64 => (long)(value >> 1) ^ -(long)(value & 1),
                    _ => (long)value,
                };
        }
    }

    private void Money(MessageDescriptor type, int end, AssertionTally tally)
    {
        var amount = (Int128)0;
        var currency = default(ReadOnlySpan<byte>);
        while (_in.Position < end)
        {
            _in.TryReadTag(end, out var tag);
            if (type.FindFieldByNumber((int)(tag >> 3)) is { FieldType: FieldType.Int64 } minorUnits)
            {
                amount = Number(minorUnits, end);
            }
            else
            {
                _in.TryReadLength(end, out var length);
                currency = _record.Slice(_in.Position, length);
                _in.Position += length;
            }
        }

        if (Ascii.Equals(currency, _expression.Threshold!.Currency))
        {
            tally.Take(amount);
        }
        else
        {
            tally.TakeForeign();
        }
    }

    /// <summary>Microseconds since the epoch, rounded down.</summary>
    private Int128 Time(int end)
    {
        long seconds = 0, nanos = 0;
        while (_in.Position < end)
        {
            _in.TryReadTag(end, out var tag);
            _in.TryReadVarint(end, out var value);
            (seconds, nanos) = tag >> 3 == 1 ? ((long)value, nanos) : (seconds, (long)value);
        }

        return (seconds * MicrosecondsPerSecond) + (nanos / 1000);
    }
}
