using System.Globalization;
using System.Text;
using Exchange.Node.Admission;
using Exchange.Node.Consents;
using Exchange.Node.Identity;
using Exchange.Node.Keys;
using Exchange.Node.Recording;
using Exchange.Node.Refusals;
using Exchange.Policy.Evaluation;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Node.Transfers;

/// <summary>
/// Stage "decide": request ∩ policy first, which is the same for every subject; then the subject. What it learns on the way it tells the
/// entry, so that a refusal is recorded as fully as a release.
/// </summary>
internal sealed class Decider(ConsentBook consents, SealingContexts contexts, Recorder recorder, TimeProvider clock)
{
    /// <summary>The permit, or why there is none. The standing is there once the subject has been looked at, for the entry of a refusal.</summary>
    internal Permit? Decide(EntryFacts facts, Member consumer, FetchAsk ask, out Standing standing, out ErrorCode code, out IReadOnlyList<Violation> violations)
    {
        standing = default;
        var (provider, dataset, purpose) = (ask.Names.Provider, ask.Names.Dataset, ask.Names.Purpose);
        var known = facts.Snapshot.Policy;
        var asked = known.TryFindRule(consumer.Id, provider.Id, dataset.Id, purpose, out var rule) ? ask.Fields.Meaning(rule.Permitted) : ask.Fields.All;
        var policy = PolicyDecision.Decide(known, dataset, consumer.Id, provider.Id, purpose, asked, ask.Strict);
        facts.Asked = asked;
        facts.Basis = policy.Rule?.Basis;
        facts.PageNumber = ask.PageNumber;
        violations = [];
        code = policy.Outcome != ErrorCode.None ? policy.Outcome : Obligations(policy.Rule!, ask, out violations);
        if (code != ErrorCode.None)
        {
            return null;
        }

        // Before the subject is looked at: a refusal that comes after it would say that there is a consent (I8).
        if (contexts.For(consumer) is not { } recipient)
        {
            code = ErrorCode.RecipientKeyMissing;
            return null;
        }

        ReleaseDecision decision;
        string? subject;
        if (policy.Rule!.Basis == LegalBasis.Consent)
        {
            standing = consents.Find(ask.Subject!.Value, provider.Id, consumer.Id, dataset, purpose, clock.Now());
            facts.NameSubject(standing.SubjectKey, recorder.Origin);
            facts.NameConsent(standing.ConsentKey, recorder.Origin);
            code = standing.Cause;
            if (code != ErrorCode.None)
            {
                return null;
            }

            decision = policy.WithConsent(standing.State!.Fields(dataset), ask.Subject.Value.Scheme);
            subject = Encoding.UTF8.GetString(standing.ProviderName!);
        }
        else
        {
            decision = policy.WithoutConsent(ask.Subject?.Scheme);
            subject = ask.Subject?.Value;
            if (ask.Subject is { } name)
            {
                if (name.Scheme != dataset.SubjectScheme)
                {
                    // Without a consent nothing links the subject's names, so only the provider's own will do.
                    code = ErrorCode.SubjectSchemeUnknown;
                    return null;
                }

                facts.NameSubject(consents.KeyWithoutConsent(name), recorder.Origin);
            }
        }

        code = decision.Outcome;
        return code == ErrorCode.None ? new Permit { Ask = ask, Recipient = recipient, Decision = decision, Standing = standing, Subject = subject } : null;
    }

    private static ErrorCode Obligations(Rule rule, FetchAsk ask, out IReadOnlyList<Violation> violations)
    {
        violations = [];

        // A limit that nobody holds is no limit: in doubt nothing is released (I7).
        if (rule.Obligations is { Frequency: not null } or { MinimumContributors: not null })
        {
            return ErrorCode.ObligationNotEnforced;
        }

        if (rule.Obligations.MaximumPeriod is { } longest && !IsWithin(longest, ask.PeriodStart, ask.PeriodEnd))
        {
            violations = [new Violation("period", string.Create(CultureInfo.InvariantCulture, $"the rule permits at most {longest.TotalDays:0.###} days; name both start and end"))];
            return ErrorCode.PeriodNotPermitted;
        }

        return ErrorCode.None;
    }

    /// <summary>A rule that limits the period limits both of its ends: an open side is unlimited.</summary>
    private static bool IsWithin(TimeSpan longest, long start, long end) =>
        start != 0 && end != 0 && end - start <= longest.Ticks / TimeSpan.TicksPerMicrosecond;
}
