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

    private readonly FieldPlan[] _fields;
    private readonly FieldPlan?[] _table;

    /// <summary>From the fields by ascending number, and the rule to check when the message's content has been read.</summary>
    public MessagePlan(FieldPlan[] fields, MessageRule rule)
    {
        _fields = fields;
        Rule = rule;
        _table = fields.Length > 0 ? new FieldPlan?[Math.Min(fields[^1].Number + 1, LargestTable)] : [];
        foreach (var field in fields)
        {
            if (field.Number < _table.Length)
            {
                _table[field.Number] = field;
            }
        }
    }

    public MessageRule Rule { get; }

    public FieldPlan? Find(uint number) => number < (uint)_table.Length ? _table[number] : number < LargestTable ? null : FindLarge(number);

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
