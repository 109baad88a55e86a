namespace Exchange.Policy.Minimisation;

/// <summary>Where the pass stands among the fields of one message.</summary>
internal struct Place
{
    private UInt128 _oneofs;

    /// <summary>The index of the last field; -1 before the first.</summary>
    public int Last;

    /// <summary>The index of the next field that must be there; int.MaxValue if none is to come.</summary>
    public int Required;

    /// <summary>Goes on to a field, if it may come here.</summary>
    public PassOutcome Take(FieldPlan field)
    {
        if (field.Index <= Last)
        {
            if (field.Index < Last || field.IsOneRun)
            {
                return PassOutcome.Unordered;
            }

            if (!field.IsRepeated)
            {
                return PassOutcome.Malformed;
            }
        }

        Last = field.Index;
        if (field.Oneof >= 0)
        {
            var bit = UInt128.One << field.Oneof;
            if ((_oneofs & bit) != 0)
            {
                return PassOutcome.Malformed;
            }

            _oneofs |= bit;
        }

        return PassOutcome.Done;
    }
}
