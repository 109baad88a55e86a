namespace Exchange.Policy.Evaluation.Differences;

/// <summary>What of a rule changed.</summary>
public enum PolicyChangeKind
{
    /// <summary>The rule itself came or went.</summary>
    Rule,

    /// <summary>The legal basis.</summary>
    Basis,

    /// <summary>The article or contract that the basis names.</summary>
    Reference,

    /// <summary>What the dataset says of its records: whose they are, when they happened, which of them are refused.</summary>
    Dataset,

    /// <summary>What happens to a field.</summary>
    Field,

    /// <summary>What may be asked by name.</summary>
    Assertion,

    /// <summary>How often it may be asked.</summary>
    AssertionBudget,

    /// <summary>What the consumer owes, or is held to.</summary>
    Obligation,
}

/// <summary>One thing that changed in a rule.</summary>
/// <param name="Direction">Where it leads.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">The field's path, a parent's where all below it changed alike; the dataset's option; the assertion's name; the obligation's key; else the rule's name.</param>
/// <param name="Before">As the policy had it; null: it was not there.</param>
/// <param name="After">As the policy has it; null: it is not there.</param>
public sealed record PolicyChange(ChangeDirection Direction, PolicyChangeKind Kind, string Name, string? Before, string? After);
