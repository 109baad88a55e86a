using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Exchange.Vocabulary;

namespace Exchange.Policy.Model;

/// <summary>The whole policy as it stood at one moment: validated, immutable, swapped as one. Lookups allocate nothing.</summary>
public sealed class PolicySnapshot
{
    private readonly FrozenDictionary<PurposeId, Purpose> _purposes;
    private readonly FrozenDictionary<RuleKey, Rule> _rules;
    private readonly FrozenSet<ConsentMandate> _mandates;

    internal PolicySnapshot(byte[] content, IEnumerable<Purpose> purposes, IEnumerable<Rule> rules, IEnumerable<ConsentMandate> mandates)
    {
        Content = content;
        Digest = Digest.Of(content);
        Purposes = [.. purposes.OrderBy(purpose => purpose.Id.Value, StringComparer.Ordinal)];
        Rules = [.. rules.OrderBy(rule => rule.Id, StringComparer.Ordinal)];
        _purposes = Purposes.ToFrozenDictionary(purpose => purpose.Id);
        _rules = Rules.ToFrozenDictionary(rule => rule.Key);
        _mandates = mandates.ToFrozenSet();
        Mandates = [.. _mandates.OrderBy(mandate => $"{mandate.Provider} {mandate.Dataset} {mandate.Consumer} {mandate.Manager}", StringComparer.Ordinal)];
    }

    /// <summary>SHA-256 of <see cref="Content"/>: what audit entries and headers name the policy by.</summary>
    public Digest Digest { get; }

    /// <summary>The source files in one run of bytes (docs/policy.md), kept by digest so that an entry can be understood years later.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>The declared purposes, in the order of their ids.</summary>
    public ImmutableArray<Purpose> Purposes { get; }

    /// <summary>The rules, in the order of their ids.</summary>
    public ImmutableArray<Rule> Rules { get; }

    /// <summary>Who may speak for whose subjects, by provider, dataset, consumer and manager.</summary>
    public ImmutableArray<ConsentMandate> Mandates { get; }

    /// <summary>Whether the policy declares the purpose.</summary>
    public bool KnowsPurpose(PurposeId purpose) => _purposes.ContainsKey(purpose);

    /// <summary>The one rule of this key.</summary>
    public bool TryFindRule(in RuleKey key, [NotNullWhen(true)] out Rule? rule) => _rules.TryGetValue(key, out rule);

    /// <summary>The one rule of this tuple; none means no.</summary>
    public bool TryFindRule(MemberId consumer, MemberId provider, DatasetId dataset, PurposeId purpose, [NotNullWhen(true)] out Rule? rule) =>
        _rules.TryGetValue(new(consumer, provider, dataset, purpose), out rule);

    /// <summary>Whether a consent manager may give and withdraw consent for this provider, dataset and consumer.</summary>
    public bool MayManageConsent(MemberId manager, MemberId provider, DatasetId dataset, MemberId consumer) =>
        _mandates.Contains(new(manager, provider, dataset, consumer));
}
