using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;
using Exchange.V1;

namespace Exchange.Node.Transfers;

/// <summary>What a preview says beyond which fields come: how they are changed, and what may be asked by name instead.</summary>
internal static class PreviewedTerms
{
    internal static void Write(Rule rule, in FieldSet released, PreviewResponse response)
    {
        foreach (var leaf in rule.Plan.Shape.Leaves)
        {
            if (released.Contains(leaf.Number) && rule.Plan.Actions[leaf.Number] is var action and not FieldAction.Keep)
            {
                response.Treatments.Add(new FieldTreatment { Path = leaf.Path, Action = action.ToString() });
            }
        }

        foreach (var assertion in rule.Assertions)
        {
            response.Assertions.Add(new OfferedAssertion
            {
                Name = assertion.Id,
                Expression = assertion.Expression.Text,
                WindowDays = (uint)(assertion.Window?.TotalDays ?? 0),
            });
        }

        response.AssertionBudget = ReleaseTerms.Write(rule.AssertionBudget);
    }
}
