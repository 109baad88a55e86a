using Exchange.Node.Admission;
using Exchange.Node.Identity;
using Exchange.Node.Recording;
using Exchange.Node.Refusals;
using Exchange.Node.Snapshots;
using Exchange.Policy.Evaluation;
using Exchange.V1;
using Exchange.Vocabulary;

namespace Exchange.Node.Transfers;

/// <summary>
/// What policy would let through. It speaks of policy alone, never of a subject or a consent, and asks no provider; so what it tells is the
/// same for everybody's data. Nothing is released, hence only refusals are logged.
/// </summary>
internal sealed class PreviewPipeline(SnapshotHolder snapshots, Recorder recorder)
{
    internal async ValueTask<(PreviewResponse? Response, Refusal? Refusal)> PreviewAsync(Member consumer, PreviewRequest request)
    {
        var snapshot = snapshots.Current;
        var facts = new EntryFacts(TransferId.New(), snapshot) { Consumer = consumer.Id };
        if (!consumer.Roles.HasFlag(MemberRoles.Consumer))
        {
            return (null, await recorder.RefuseAsync(facts, ErrorCode.RoleMissing).ConfigureAwait(false));
        }

        if (NamedTuple.Find(snapshot, request.Provider, request.Dataset, request.Purpose, out var code, out var violations) is not { } names)
        {
            return (null, await recorder.RefuseAsync(facts, code, violations).ConfigureAwait(false));
        }

        (facts.Provider, facts.Dataset, facts.DescriptorDigest, facts.Purpose) = (names.Provider.Id, names.Dataset.Id, names.Dataset.DescriptorDigest, names.Purpose);
        if (!AskedFields.TryRead(request.Fields, names.Dataset, out var fields, out violations))
        {
            return (null, await recorder.RefuseAsync(facts, ErrorCode.FieldUnknown, violations).ConfigureAwait(false));
        }

        var asked = fields.IsEmpty ? names.Dataset.Shape.All : fields.All;
        var decision = PolicyDecision.Decide(snapshot.Policy, names.Dataset, consumer.Id, names.Provider.Id, names.Purpose, asked, strict: false);
        facts.Asked = asked;

        // Asked for whatever there is, a rule that only answers assertions has something to tell.
        var answersOnly = fields.IsEmpty && decision is { Outcome: ErrorCode.FieldsNotPermitted, Rule.Assertions.IsEmpty: false };
        if (decision.Outcome != ErrorCode.None && !answersOnly)
        {
            return (null, await recorder.RefuseAsync(facts, decision.Outcome).ConfigureAwait(false));
        }

        var response = new PreviewResponse
        {
            LegalBasis = (Format.V1.LegalBasis)decision.Rule!.Basis,
            Rule = decision.Rule.Id,
            Obligations = ReleaseTerms.Write(decision.Rule.Obligations),
        };
        response.Released.Add(names.Dataset.Shape.Paths(decision.Permitted));
        ReleaseTerms.Write(decision.Withheld, names.Dataset, response.Withheld);
        PreviewedTerms.Write(decision.Rule, decision.Permitted, response);
        return (response, null);
    }
}
