using Exchange.Envelopes;
using Exchange.Format.V1;
using Exchange.Formats;
using Exchange.Node.Admission;
using Exchange.Node.Providers;
using Exchange.Policy.Evaluation;
using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Node.Transfers;

/// <summary>
/// On what terms records of one shape are released where consent covers certain fields: what leaves, how the provider is asked for it, and the
/// terms that travel with the records, which say why they may be had, what was withheld and why, what the consumer owes. Written once; of a single transfer
/// only the reference to the subject's own consent comes in.
/// </summary>
internal sealed class ReleaseTerms
{
    private readonly byte[] _beforeConsent;
    private readonly byte[] _afterConsent;

    private ReleaseTerms(in ReleaseDecision decision, QuestionForm question, Terms before, Terms after)
    {
        Decision = decision;
        Question = question;
        _beforeConsent = before.ToByteArray();
        _afterConsent = after.ToByteArray();
    }

    /// <summary>What leaves, or why nothing does.</summary>
    internal ReleaseDecision Decision { get; }

    /// <summary>How the provider is asked for what leaves.</summary>
    internal QuestionForm Question { get; }

    internal static ReleaseTerms Of(AskShape shape, in FieldSet covered)
    {
        var (policy, dataset) = (shape.Policy, shape.Names.Dataset);
        var rule = policy.Rule ?? throw new InvalidOperationException("What no rule permits has no terms.");
        var decision = rule.Basis == Vocabulary.LegalBasis.Consent ? policy.WithConsent(covered, shape.Scheme!.Value) : policy.WithoutConsent(shape.Scheme);
        var after = new Terms { Obligations = Write(rule.Obligations) };
        Write(decision.Withheld, dataset, after.Withheld);
        return new(decision, QuestionForm.For(dataset, shape.Names.Purpose, decision.Released), Before(rule), after);
    }

    /// <summary>Writes the terms of one transfer: the fields in their order, the consent's reference between those before and those after it.</summary>
    internal void WriteTo(PlaintextWriter plaintext, ConsentId? consent)
    {
        const int referenceSize = 2 + 16;
        var room = plaintext.ReserveTerms(_beforeConsent.Length + (consent is null ? 0 : referenceSize) + _afterConsent.Length);
        _beforeConsent.CopyTo(room);
        room = room[_beforeConsent.Length..];
        if (consent is { } id)
        {
            var writer = new WireWriter(room);
            id.CopyTo(writer.Reserve(Terms.ConsentReferenceFieldNumber, referenceSize - 2));
            room = room[referenceSize..];
        }

        _afterConsent.CopyTo(room);
    }

    /// <summary>The terms of answers to assertions, of which few are asked and each request is another.</summary>
    internal static Terms OfAnswers(Permit permit)
    {
        var terms = Before(permit.Rule);
        terms.ConsentReference = permit.Standing.State?.Record.Id is { } id ? UnsafeByteOperations.UnsafeWrap(id.ToArray()) : ByteString.Empty;
        terms.Obligations = Write(permit.Rule.Obligations);
        foreach (var assertion in permit.Assertions!.Withheld)
        {
            terms.Withheld.Add(new WithheldField { Path = assertion.Id, Reason = Format.V1.WithheldReason.NotInConsent });
        }

        return terms;
    }

    internal static void Write(in WithheldFields withheld, Dataset dataset, ICollection<WithheldField> destination)
    {
        foreach (var leaf in withheld)
        {
            destination.Add(new WithheldField { Path = dataset.Shape.Leaves[leaf.Leaf].Path, Reason = (Format.V1.WithheldReason)leaf.Reason });
        }
    }

    internal static Format.V1.Obligations Write(Policy.Model.Obligations obligations) => new()
    {
        Retention = (long)(obligations.Retention?.TotalSeconds ?? 0),
        NoOnwardTransfer = obligations.NoOnwardTransfer,
        MaximumPeriod = (long)(obligations.MaximumPeriod?.TotalSeconds ?? 0),
        Frequency = Write(obligations.Frequency),
        MinimumContributors = (uint)(obligations.MinimumContributors ?? 0),
    };

    internal static Format.V1.Allowance? Write(Policy.Model.Allowance? allowance) =>
        allowance is null ? null : new() { Units = (uint)allowance.Units, Per = (Format.V1.CalendarPeriod)allowance.Per };

    private static Terms Before(Rule rule) => new() { LegalBasis = (Format.V1.LegalBasis)rule.Basis, LegalReference = rule.Reference ?? string.Empty };
}
