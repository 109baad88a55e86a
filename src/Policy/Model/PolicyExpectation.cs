using System.Collections.Immutable;
using Exchange.Documents;
using Exchange.Policy.Minimisation;
using Exchange.Vocabulary;

namespace Exchange.Policy.Model;

/// <summary>What an operator expects a policy to say to one request, kept in a file beside the policy (docs/policy.md).</summary>
public sealed class PolicyExpectation
{
    /// <summary>A sentence for people.</summary>
    public required string Name { get; init; }

    /// <summary>Who asks, whom, for what, what for.</summary>
    public required RuleKey Key { get; init; }

    /// <summary>The dataset that is asked for.</summary>
    public required Dataset Dataset { get; init; }

    /// <summary>The named leaves and parents, each a set; a parent means its permitted leaves.</summary>
    public required ImmutableArray<FieldSet> Asks { get; init; }

    /// <summary>What the subject consented to; all of the record where the file does not say.</summary>
    public required FieldSet Consents { get; init; }

    /// <summary>The scheme by which the request names the subject; null for a dataset about nobody.</summary>
    public SubjectScheme? NamedBy { get; init; }

    /// <summary>Whether the request would rather be refused than get less.</summary>
    public bool Strict { get; init; }

    /// <summary>What happens to each leaf, in the shape's order, exactly; null: fields are not looked at.</summary>
    public ImmutableArray<FieldAction>? Gets { get; init; }

    /// <summary>The reason of the refusal that is expected; null: none is.</summary>
    public string? Refused { get; init; }

    /// <summary>The assertions that may be asked, exactly; null: they are not looked at.</summary>
    public ImmutableArray<string>? Assertions { get; init; }

    /// <summary>Where it is written.</summary>
    public required DocumentPosition Position { get; init; }
}
