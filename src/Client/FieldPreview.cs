using Exchange.Format.V1;

namespace Exchange.Client;

/// <summary>What policy would let through; it says nothing of any subject or consent.</summary>
/// <param name="Rule">The rule that decides.</param>
/// <param name="LegalBasis">On which basis.</param>
/// <param name="Released">Leaf paths that would come.</param>
/// <param name="Withheld">Leaf paths that would not, each with the reason.</param>
/// <param name="Obligations">What the consumer would owe.</param>
public sealed record FieldPreview(
    string Rule,
    LegalBasis LegalBasis,
    IReadOnlyList<string> Released,
    IReadOnlyList<WithheldField> Withheld,
    Obligations Obligations)
{
    /// <summary>What is done to a released leaf before it comes, as the policy writes it (<c>generalise: month</c>); a leaf that is not here comes as it is.</summary>
    public IReadOnlyDictionary<string, string> Actions { get; init; } = new Dictionary<string, string>();

    /// <summary>What may be asked by name instead of fields.</summary>
    public IReadOnlyList<AssertionOffer> Assertions { get; init; } = [];

    /// <summary>How often they may be asked about one subject; null if there are none.</summary>
    public Allowance? AssertionBudget { get; init; }
}

/// <summary>A yes or no that the policy lets a consumer ask for.</summary>
/// <param name="Name">What to ask by.</param>
/// <param name="Expression">What it asks: <c>sum(total) > 5000000 RUB</c>.</param>
/// <param name="Window">The whole days before the current one, UTC, whose records count; null: all records.</param>
public sealed record AssertionOffer(string Name, string Expression, TimeSpan? Window);
