using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;
using Google.Protobuf.Reflection;

namespace Exchange.Policy.Suppression;

/// <summary>Finds on a record's bytes of which cell it speaks, and how many people stand behind it.</summary>
/// <param name="shape">The dataset's record.</param>
/// <param name="layout">Which of its leaves are dimensions, and which counts the contributors.</param>
public sealed class CellReader(RecordShape shape, StatisticsLayout layout)
{
    private readonly ImmutableArray<FieldDescriptor> _dimensions = [.. layout.Dimensions.Select(leaf => shape.Leaves[leaf].Field)];
    private readonly FieldDescriptor _contributors = shape.Leaves[layout.Contributors].Field;

    /// <summary>The leaves that a record must have been minimised to at least.</summary>
    public FieldSet Leaves { get; } = layout.Dimensions.Append(layout.Contributors).Aggregate(FieldSet.Empty, (set, leaf) => set | FieldSet.Of(leaf));

    /// <summary>False if the contributors are no count of people, or the record is not one of this dataset.</summary>
    /// <param name="record">As the minimiser wrote it: canonical, so what is absent is zero or empty.</param>
    /// <param name="cell">The cell. A number or an enum among its dimensions is given by the bits of its wire form: it is told apart, not read.</param>
    public bool TryRead(ReadOnlySpan<byte> record, out Cell cell)
    {
        var dimensions = new string[_dimensions.Length];
        Array.Fill(dimensions, string.Empty);
        var contributors = (Int128)0;
        cell = default;
        var reader = new WireReader(record);
        while (reader.Position < record.Length)
        {
            if (!reader.TryReadTag(record.Length, out var tag))
            {
                return false;
            }

            var start = reader.Position;
            if (!reader.TrySkip(tag, record.Length))
            {
                return false;
            }

            var value = record[start..reader.Position];
            if (tag >> 3 == _contributors.FieldNumber)
            {
                if (!TryReadBits(_contributors, tag, value, out var bits))
                {
                    return false;
                }

                contributors = WholeNumber.Value(bits, Scalars.FormOf(_contributors.FieldType));
            }
            else if (PlaceOf(tag >> 3) is var place and >= 0 && !TryReadText(_dimensions[place], tag, value, out dimensions[place]))
            {
                return false;
            }
        }

        if (contributors < 0 || contributors > long.MaxValue)
        {
            return false;
        }

        cell = new([.. dimensions], (long)contributors);
        return true;
    }

    private int PlaceOf(uint number)
    {
        for (var place = 0; place < _dimensions.Length; place++)
        {
            if (_dimensions[place].FieldNumber == number)
            {
                return place;
            }
        }

        return -1;
    }

    private static bool TryReadText(FieldDescriptor field, uint tag, ReadOnlySpan<byte> value, out string text)
    {
        text = string.Empty;
        if (field.FieldType != FieldType.String)
        {
            var isRead = TryReadBits(field, tag, value, out var bits);
            text = bits.ToString(CultureInfo.InvariantCulture);
            return isRead;
        }

        var reader = new WireReader(value);
        if ((tag & 7) != WireType.Delimited || !reader.TryReadLength(value.Length, out _))
        {
            return false;
        }

        text = Encoding.UTF8.GetString(value[reader.Position..]);
        return true;
    }

    private static bool TryReadBits(FieldDescriptor field, uint tag, ReadOnlySpan<byte> value, out ulong bits)
    {
        var encoding = Scalars.EncodingOf(field.FieldType);
        var isNumber = (tag & 7) == Scalars.WireTypeOf(encoding) && encoding < ScalarEncoding.Text;
        bits = isNumber ? WireReader.Bits(encoding, value) : 0;
        return isNumber;
    }
}
