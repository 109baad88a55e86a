namespace Exchange.Policy.Minimisation;

/// <summary>What a message's content must obey as a whole, beyond its fields.</summary>
internal enum MessageRule
{
    None,
    Timestamp,
    Duration,

    /// <summary>A map entry whose value is a message: an absent value is an empty one, and is written.</summary>
    EntryOfMessage,
}

/// <summary>A message at one path of the record. Types are expanded by path, since the leaf numbers under each use of a type differ.</summary>
internal sealed class MessagePlan
{
    private const int LargestTable = 512;

    /// <summary>Tags below are one byte.</summary>
    public const int ShortTagEnd = 0x80;

    private readonly FieldPlan[] _fields;
    private readonly FieldPlan?[] _byNumber;
    private readonly PlainField[] _plain;
    private readonly short[] _plainByTag = new short[ShortTagEnd];
    private readonly int[] _required;

    /// <summary>From the fields by ascending number, and the rule to check when the message's content has been read.</summary>
    public MessagePlan(FieldPlan[] fields, MessageRule rule)
    {
        _fields = fields;
        Rule = rule;
        _required = [.. fields.Where(field => field.Required is not null).Select(field => field.Index), int.MaxValue];
        _plain = [.. fields.Select(field => new PlainField(field, field.Leaf))];
        _plainByTag.AsSpan().Fill(-1);
        foreach (var field in fields.Where(field => _plain[field.Index].IsPlain))
        {
            _plainByTag[field.Tag] = (short)field.Index;
        }

        _byNumber = fields.Length > 0 ? new FieldPlan?[Math.Min(fields[^1].Number + 1, LargestTable)] : [];
        foreach (var field in fields)
        {
            if (field.Number < _byNumber.Length)
            {
                _byNumber[field.Number] = field;
            }
        }
    }

    public MessageRule Rule { get; }

    /// <summary>The index of the first field that must be there, or int.MaxValue.</summary>
    public int FirstRequired => _required[0];

    /// <summary>The index of the next field that must be there behind one, or int.MaxValue.</summary>
    public int NextRequired(int index)
    {
        var at = 0;
        while (_required[at] <= index)
        {
            at++;
        }

        return _required[at];
    }

    public FieldPlan this[int index] => _fields[index];

    /// <summary>The fields by their index, as the short way sees them.</summary>
    public ReadOnlySpan<PlainField> Plain => _plain;

    /// <summary>The index of the plain field of a tag of one byte; -1 if there is none.</summary>
    public int FindPlain(byte tag)
    {
        var indexes = _plainByTag;
        return tag < indexes.Length ? indexes[tag] : -1;
    }

    public FieldPlan? Find(uint number) => number < (uint)_byNumber.Length ? _byNumber[number] : number < LargestTable ? null : FindLarge(number);

    private FieldPlan? FindLarge(uint number)
    {
        var (low, high) = (0, _fields.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var found = (uint)_fields[middle].Number;
            if (found == number)
            {
                return _fields[middle];
            }

            (low, high) = found < number ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }
}
