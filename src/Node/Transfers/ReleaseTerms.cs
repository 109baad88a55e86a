using Exchange.Format.V1;
using Exchange.Policy.Evaluation;
using Exchange.Policy.Model;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Node.Transfers;

/// <summary>The terms that travel with the records: why they may be had, what was withheld and why, what the consumer owes.</summary>
internal static class ReleaseTerms
{
    internal static Terms Write(Permit permit)
    {
        var rule = permit.Rule;
        var terms = new Terms
        {
            LegalBasis = (Format.V1.LegalBasis)rule.Basis,
            LegalReference = rule.Reference ?? string.Empty,
            ConsentReference = permit.Standing.State?.Record.Id is { } id ? UnsafeByteOperations.UnsafeWrap(id.ToArray()) : ByteString.Empty,
            Obligations = Write(rule.Obligations),
        };
        Write(permit.Decision.Withheld, permit.Ask.Names.Dataset, terms.Withheld);
        foreach (var assertion in permit.Assertions?.Withheld ?? [])
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
}
