using System.Collections.Frozen;
using Exchange.Vocabulary;

namespace Exchange.Policy.Model;

/// <summary>Legal bases as a policy spells them: read so, and told so.</summary>
internal static class LegalBases
{
    private static readonly FrozenDictionary<LegalBasis, string> Words = Named.ToFrozenDictionary(named => named.Value, named => named.Key);

    /// <summary>By the word in a policy.</summary>
    internal static FrozenDictionary<string, LegalBasis> ByWord { get; } = Named.ToFrozenDictionary();

    private static Dictionary<string, LegalBasis> Named => new()
    {
        ["consent"] = LegalBasis.Consent,
        ["contract"] = LegalBasis.Contract,
        ["legal-obligation"] = LegalBasis.LegalObligation,
        ["public-task"] = LegalBasis.PublicTask,
        ["vital-interest"] = LegalBasis.VitalInterest,
        ["legitimate-interest"] = LegalBasis.LegitimateInterest,
        ["statistics"] = LegalBasis.Statistics,
    };

    /// <summary>The word for a basis.</summary>
    internal static string Word(this LegalBasis basis) => Words[basis];
}
