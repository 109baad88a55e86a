using Exchange.Vocabulary;

namespace Exchange.Policy.Model;

/// <summary>What a rule is found by; two rules for one key are a mistake in the policy.</summary>
public readonly record struct RuleKey(MemberId Consumer, MemberId Provider, DatasetId Dataset, PurposeId Purpose);
