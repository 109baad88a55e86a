namespace Exchange.Policy.Model;

/// <summary>What a rule does with a field. A closed set; an action with parameters is a record with properties.</summary>
public abstract record FieldAction
{
    private FieldAction(string name) => Name = name;

    /// <summary>The word in the policy file.</summary>
    public string Name { get; }

    /// <summary>Whether anything of the field is released.</summary>
    public virtual bool Releases => true;

    /// <inheritdoc/>
    public sealed override string ToString() => Name;

    /// <summary>Released as it is.</summary>
    public sealed record Keep() : FieldAction("keep");

    /// <summary>Not released. The same as not being named, but below a kept parent it must be said.</summary>
    public sealed record Drop() : FieldAction("drop")
    {
        /// <inheritdoc/>
        public override bool Releases => false;
    }
}
