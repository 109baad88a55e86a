using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
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

    /// <summary>What may be asked for by name instead of records, in the order of the file.</summary>
    public ImmutableArray<Assertion> Assertions { get; init; } = [];

    /// <summary>How many fresh evaluations about one subject; there exactly if there are assertions.</summary>
    public Allowance? AssertionBudget { get; init; }

    /// <summary>What the consumer takes upon itself.</summary>
    public required Obligations Obligations { get; init; }

    /// <summary>Where it is written.</summary>
    public required DocumentPosition Position { get; init; }

    /// <summary>The assertion of this name. Does not allocate.</summary>
    public bool TryFindAssertion(string id, [NotNullWhen(true)] out Assertion? assertion)
    {
        foreach (var candidate in Assertions)
        {
            if (candidate.Id == id)
            {
                assertion = candidate;
                return true;
            }
        }

        assertion = null;
        return false;
    }
}
