using System.Globalization;

namespace Exchange.Policy.Minimisation;

/// <summary>
/// What a rule does with a leaf. A closed set; what each does to a value stands in docs/minimisation.md. An action applies to every element of
/// a repeated field and to every value of a map, whose keys stay as they are. None makes something of an empty value.
/// </summary>
public abstract record FieldAction
{
    private FieldAction(string name) => Name = name;

    /// <summary>The word in the policy file.</summary>
    public string Name { get; }

    /// <summary>Whether anything of the field is released.</summary>
    public virtual bool Releases => true;

    /// <summary>The parameters as the policy file has them; null without.</summary>
    private protected virtual string? Parameters => null;

    /// <summary>Whether the action is for leaves of this type.</summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="misfit">Null if it fits; otherwise a sentence that says which actions would.</param>
    public bool Fits(Leaf leaf, out string? misfit)
    {
        var value = LeafValues.Of(leaf.Field);
        misfit = IsFor(value) ? null : $"{this} does not fit {leaf.Path}, which is {LeafValues.Describe(leaf.Field)}; {LeafValues.Fitting(value)} would";
        return misfit is null;
    }

    /// <summary>As the policy file has it.</summary>
    public sealed override string ToString() => Parameters is null ? Name : $"{Name}: {Parameters}";

    internal abstract bool IsFor(LeafValue value);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static T AtLeast<T>(T least, T number)
        where T : IComparable<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, least);
        return number;
    }

    /// <summary>Released as it is.</summary>
    public sealed record Keep() : FieldAction("keep")
    {
        internal override bool IsFor(LeafValue value) => true;
    }

    /// <summary>Not released. The same as not being named, but below a kept parent it must be said.</summary>
    public sealed record Drop() : FieldAction("drop")
    {
        /// <inheritdoc/>
        public override bool Releases => false;

        internal override bool IsFor(LeafValue value) => true;
    }

    /// <summary>
    /// A few characters of a text and three asterisks, however much they stand for: at most a third of the characters, rounded down, so that a
    /// short text does not show itself. Characters are Unicode scalar values.
    /// </summary>
    /// <param name="Characters">How many characters stay at most, from 0.</param>
    /// <param name="FromEnd">Whether they are the last ones.</param>
    public sealed record Mask(int Characters, bool FromEnd) : FieldAction("mask")
    {
        /// <summary>How many characters stay at most, from 0.</summary>
        public int Characters { get; } = AtLeast(0, Characters);

        private protected override string Parameters => $"{{ {(FromEnd ? "last" : "first")}: {Text(Characters)} }}";

        internal override bool IsFor(LeafValue value) => value == LeafValue.Text;
    }

    /// <summary>The first characters of a text or the first bytes of a byte string. Characters are Unicode scalar values.</summary>
    /// <param name="Length">How many stay at most, from 1.</param>
    public sealed record Truncate(int Length) : FieldAction("truncate")
    {
        /// <summary>How many stay at most, from 1.</summary>
        public int Length { get; } = AtLeast(1, Length);

        private protected override string Parameters => Text(Length);

        internal override bool IsFor(LeafValue value) => value is LeafValue.Text or LeafValue.Octets;
    }

    /// <summary>The instant at which the value's day, month or year began, in UTC.</summary>
    /// <param name="Unit">Which of them.</param>
    public sealed record GeneraliseTime(CalendarUnit Unit) : FieldAction("generalise")
    {
        /// <summary>Which of them.</summary>
        public CalendarUnit Unit { get; } = Enum.IsDefined(Unit) ? Unit : throw new ArgumentOutOfRangeException(nameof(Unit), Unit, "A day, a month or a year.");

        private protected override string Parameters => Unit switch { CalendarUnit.Day => "day", CalendarUnit.Month => "month", _ => "year" };

        internal override bool IsFor(LeafValue value) => value == LeafValue.Instant;
    }

    /// <summary>
    /// The next multiple of the step downwards, towards minus infinity. Where the type has none below, its least multiple, so that no interval
    /// is narrower than the step.
    /// </summary>
    /// <param name="Step">The step, from 2.</param>
    public sealed record GeneraliseNumber(long Step) : FieldAction("generalise")
    {
        /// <summary>The step, from 2.</summary>
        public long Step { get; } = AtLeast(2, Step);

        private protected override string Parameters => $"{{ step: {Text(Step)} }}";

        internal override bool IsFor(LeafValue value) => value == LeafValue.Integer;
    }

    /// <summary>The first characters of a hierarchical code: a postal code's district, a classification's chapter.</summary>
    /// <param name="Prefix">How many characters stay at most, from 1.</param>
    public sealed record GeneraliseCode(int Prefix) : FieldAction("generalise")
    {
        /// <summary>How many characters stay at most, from 1.</summary>
        public int Prefix { get; } = AtLeast(1, Prefix);

        private protected override string Parameters => $"{{ prefix: {Text(Prefix)} }}";

        internal override bool IsFor(LeafValue value) => value == LeafValue.Text;
    }

    /// <summary>The first 128 bits of HMAC-SHA-256 over the value under the consumer's key: of a text, 32 hexadecimal digits in lower case; of bytes, 16 bytes.</summary>
    public sealed record Pseudonymise() : FieldAction("pseudonymise")
    {
        internal override bool IsFor(LeafValue value) => value is LeafValue.Text or LeafValue.Octets;
    }
}
