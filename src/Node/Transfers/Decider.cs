using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Exchange.Envelopes;
using Exchange.Node.Admission;
using Exchange.Node.Consents;
using Exchange.Node.Identity;
using Exchange.Node.Keys;
using Exchange.Node.Recording;
using Exchange.Node.Refusals;
using Exchange.Policy.Evaluation;
using Exchange.Policy.Evaluation.Assertions;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Node.Transfers;

/// <summary>
/// Stage "decide": request ∩ policy first, which is the same for every subject; then the subject. What it learns on the way it tells the
/// entry, so that a refusal is recorded as fully as a release.
/// </summary>
internal sealed class Decider(ConsentBook consents, SealingContexts contexts, Recorder recorder, TimeProvider clock)
{
    /// <summary>Grants the permit, or says why there is none. The standing is there once the subject has been looked at, for the entry of a refusal.</summary>
    internal bool Decide(EntryFacts facts, Member consumer, in FetchAsk ask, Permit permit, out Standing standing, out ErrorCode code, out IReadOnlyList<Violation> violations)
    {
        facts.PageNumber = ask.PageNumber;
        return ask.Shape.Assertions.Count > 0
            ? DecideAnswers(facts, consumer, ask, permit, out standing, out code, out violations)
            : DecideRecords(facts, consumer, ask, permit, out standing, out code, out violations);
    }

    private bool DecideRecords(EntryFacts facts, Member consumer, in FetchAsk ask, Permit permit, out Standing standing, out ErrorCode code, out IReadOnlyList<Violation> violations)
    {
        standing = default;
        var policy = ask.Shape.Policy;
        facts.Asked = policy.Asked;
        facts.Basis = policy.Rule?.Basis;
        violations = [];
        code = policy.Outcome != ErrorCode.None ? policy.Outcome : Obligations(policy.Rule!, ask, out violations);
        if (code != ErrorCode.None || !TryReach(facts, consumer, ask, policy.Rule!, out var recipient, out standing, out var subject, out code))
        {
            return false;
        }

        var terms = ask.Shape.TermsUnder(policy.Rule!.Basis == LegalBasis.Consent ? standing.State!.Record.Fields.In(ask.Names.Dataset) : policy.Asked);
        code = terms.Decision.Outcome;
        return code == ErrorCode.None && permit.Grant(ask, policy.Rule, recipient, standing, subject, terms, assertions: null);
    }

    private bool DecideAnswers(EntryFacts facts, Member consumer, in FetchAsk ask, Permit permit, out Standing standing, out ErrorCode code, out IReadOnlyList<Violation> violations)
    {
        (standing, violations) = (default, []);
        var policy = AssertionDecision.Decide(facts.Snapshot.Policy, new RuleKey(consumer.Id, ask.Names.Provider.Id, ask.Names.Dataset.Id, ask.Names.Purpose), ask.Shape.Assertions, ask.Message.Strict);
        facts.AssertionsAsked = [.. policy.Asked.Select(assertion => assertion.Id)];
        facts.Basis = policy.Rule?.Basis;
        code = policy.Outcome;
        if (code == ErrorCode.AssertionUnknown)
        {
            violations = AskedAssertions.Unknown(policy.Unknown, policy.Rule!);
        }

        if (code != ErrorCode.None || !TryReach(facts, consumer, ask, policy.Rule!, out var recipient, out standing, out var subject, out code))
        {
            return false;
        }

        var release = policy.Rule!.Basis == LegalBasis.Consent ? policy.WithConsent(standing.State!.Assertions) : policy.WithoutConsent();
        code = release.Outcome;
        facts.AssertionsReleased = [.. release.Released.Select(assertion => assertion.Id)];
        return code == ErrorCode.None && permit.Grant(ask, policy.Rule, recipient, standing, subject, terms: null, release);
    }

    /// <summary>To whom it goes, and about whom: the key to seal to, the subject's standing under the rule's basis, its name on the provider's side.</summary>
    private bool TryReach(
        EntryFacts facts, Member consumer, in FetchAsk ask, Rule rule, [NotNullWhen(true)] out SealingContext? recipient, out Standing standing, out byte[]? subject, out ErrorCode code)
    {
        (standing, subject) = (default, null);

        // Before the subject is looked at: a refusal that comes after it would say that there is a consent (I8).
        recipient = contexts.For(consumer);
        if (recipient is null)
        {
            code = ErrorCode.RecipientKeyMissing;
            return false;
        }

        code = ErrorCode.None;
        if (rule.Basis == LegalBasis.Consent)
        {
            standing = consents.Find(ask.Subject!.Value, rule.Provider, rule.Consumer, ask.Names.Dataset, rule.Purpose, clock.Now());
            facts.NameSubject(standing.Subject, standing.SubjectKey, recorder.Origin);
            facts.NameConsent(standing.State?.Record.Id ?? default, standing.ConsentKey, recorder.Origin);
            code = standing.Cause;
            subject = standing.ProviderName;
        }
        else if (ask.Subject is { } name)
        {
            if (name.Scheme == ask.Names.Dataset.SubjectScheme)
            {
                var (known, key) = consents.KeyWithoutConsent(name);
                facts.NameSubject(known, key, recorder.Origin);
                subject = Encoding.UTF8.GetBytes(name.Value);
            }
            else
            {
                // Without a consent nothing links the subject's names, so only the provider's own will do.
                code = ErrorCode.SubjectSchemeUnknown;
            }
        }

        return code == ErrorCode.None;
    }

    private static ErrorCode Obligations(Rule rule, in FetchAsk ask, out IReadOnlyList<Violation> violations)
    {
        violations = [];

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
