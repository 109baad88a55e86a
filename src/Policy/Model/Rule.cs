using System.Collections.Immutable;
using Exchange.Documents;
using Exchange.Policy.Minimisation;
using Exchange.Vocabulary;

namespace Exchange.Policy.Model;

/// <summary>Lets one consumer have fields of one provider's dataset for one purpose, on one legal basis, under obligations.</summary>
public sealed class Rule
{
    /// <summary>Its name in explanations.</summary>
    public required string Id { get; init; }

    /// <summary>What it is found by.</summary>
    public required RuleKey Key { get; init; }

    /// <summary>Who may ask.</summary>
    public MemberId Consumer => Key.Consumer;

    /// <summary>Who holds the data.</summary>
    public MemberId Provider => Key.Provider;

    /// <summary>Which data.</summary>
    public DatasetId Dataset => Key.Dataset;

    /// <summary>What for.</summary>
    public PurposeId Purpose => Key.Purpose;

    /// <summary>Why it is lawful.</summary>
    public required LegalBasis Basis { get; init; }

    /// <summary>The article or contract; null for consent, which speaks for itself.</summary>
    public string? Reference { get; init; }

    /// <summary>What happens to each leaf, compiled for the minimiser.</summary>
    public required ReleasePlan Plan { get; init; }

    /// <summary>The leaves that may be released.</summary>
    public FieldSet Permitted => Plan.Permitted;

    /// <summary>The line that decides about each leaf, in the shape's order; null where no line names the leaf or a parent of it.</summary>
    public required ImmutableArray<FieldRuling?> Rulings { get; init; }

    /// <summary>What the consumer takes upon itself.</summary>
    public required Obligations Obligations { get; init; }

    /// <summary>Where it is written.</summary>
    public required DocumentPosition Position { get; init; }
}
