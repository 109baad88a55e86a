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
    Obligations Obligations);
