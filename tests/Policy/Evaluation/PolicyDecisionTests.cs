using Exchange.Policy.Evaluation;
using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Policy.Tests.Evaluation;

public sealed class PolicyDecisionTests
{
    private static readonly PolicySnapshot Policy = SomePolicy.Sound();
    private static readonly Dataset Purchases = SomePolicy.Purchases;
    private static readonly FieldSet Everything = Purchases.Shape.All;

    [Fact]
    public void A_request_within_the_rule_is_granted()
    {
        var asked = Fields("order_number", "receipt.user");

        var decision = Decide(asked);

        (decision.Outcome, decision.Rule?.Id, decision.Permitted).ShouldBe((ErrorCode.None, "tax-deduction-purchases", asked));
        decision.Withheld.Count.ShouldBe(0);
    }

    [Fact]
    public void What_the_rule_does_not_permit_is_withheld_field_by_field()
    {
        var decision = Decide(Fields("order_number", "buyer.phone", "receipt.buyer_inn"));

        decision.Outcome.ShouldBe(ErrorCode.None);
        decision.Permitted.ShouldBe(Fields("order_number"));
        Said(decision.Withheld).ShouldBe(["receipt.buyer_inn: NotInPolicy", "buyer.phone: NotInPolicy"]);
    }

    [Theory]
    [InlineData("marketing", "order_number", false, ErrorCode.PurposeUnknown)]
    [InlineData("price-control", "order_number", false, ErrorCode.RuleMissing)]
    [InlineData("tax-deduction", "", false, ErrorCode.FieldsEmpty)]
    [InlineData("tax-deduction", "buyer.phone", false, ErrorCode.FieldsNotPermitted)]
    [InlineData("tax-deduction", "buyer.phone", true, ErrorCode.FieldsNotPermitted)]
    [InlineData("tax-deduction", "order_number buyer.phone", true, ErrorCode.OverAsk)]
    [InlineData("tax-deduction", "receipt", true, ErrorCode.OverAsk)]
    [InlineData("tax-deduction", "order_number", true, ErrorCode.None)]
    public void Every_refusal_has_its_code(string purpose, string fields, bool strict, ErrorCode expected)
    {
        var asked = Fields(fields.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        var decision = PolicyDecision.Decide(Policy, Purchases, SomePolicy.Tax, SomePolicy.Market, PurposeId.Parse(purpose), asked, strict);

        decision.Outcome.ShouldBe(expected);
        var release = decision.WithConsent(Everything, SomePolicy.Customer);
        release.Outcome.ShouldBe(expected);
        release.Released.IsEmpty.ShouldBe(expected != ErrorCode.None);
    }

    [Fact]
    public void Another_consumer_or_provider_has_no_rule()
    {
        PolicyDecision.Decide(Policy, Purchases, SomePolicy.Portal, SomePolicy.Market, SomePolicy.TaxDeduction, Everything, strict: false).Outcome.ShouldBe(ErrorCode.RuleMissing);
        PolicyDecision.Decide(Policy, Purchases, SomePolicy.Tax, SomePolicy.Portal, SomePolicy.TaxDeduction, Everything, strict: false).Outcome.ShouldBe(ErrorCode.RuleMissing);
    }

    [Fact]
    public void Consent_narrows_and_says_so()
    {
        var release = Decide(Fields("order_number", "receipt.user", "buyer.phone")).WithConsent(Fields("order_number", "buyer.phone", "total"), SomePolicy.Customer);

        (release.Outcome, release.Released).ShouldBe((ErrorCode.None, Fields("order_number")));
        Said(release.Withheld).ShouldBe(["receipt.user: NotInConsent", "buyer.phone: NotInPolicy"]);
    }

    [Fact]
    public void Consent_to_nothing_that_is_asked_releases_nothing()
    {
        var release = Decide(Fields("order_number")).WithConsent(Fields("receipt"), SomePolicy.Customer);

        (release.Outcome, release.Released).ShouldBe((ErrorCode.ConsentCoversNothing, FieldSet.Empty));
        Said(release.Withheld).ShouldBe(["order_number: NotInConsent"]);
    }

    [Fact]
    public void A_strict_request_beyond_consent_is_refused()
    {
        var release = Decide(Fields("order_number", "receipt.user"), strict: true).WithConsent(Fields("order_number"), SomePolicy.Customer);

        (release.Outcome, release.Released).ShouldBe((ErrorCode.OverAsk, FieldSet.Empty));
    }

    [Fact]
    public void The_providers_name_for_the_subject_goes_only_to_who_knows_it()
    {
        var asked = Fields("customer_id", "order_number");

        Decide(asked).WithConsent(Everything, SomePolicy.Customer).Released.ShouldBe(asked);

        var release = Decide(asked).WithConsent(Everything, SomePolicy.Inn);
        (release.Outcome, release.Released).ShouldBe((ErrorCode.None, Fields("order_number")));
        Said(release.Withheld).ShouldBe(["customer_id: ForeignIdentifier"]);
        Decide(asked, strict: true).WithConsent(Everything, SomePolicy.Inn).Outcome.ShouldBe(ErrorCode.OverAsk);
        Decide(Fields("customer_id")).WithConsent(Everything, SomePolicy.Inn).Outcome.ShouldBe(ErrorCode.FieldsNotPermitted);
    }

    [Fact]
    public void Another_basis_needs_no_consent_and_takes_none()
    {
        var decision = PolicyDecision.Decide(
            Policy, SomePolicy.Prices, SomePolicy.Tax, SomePolicy.Market, PurposeId.Parse("price-control"), SomePolicy.Prices.Shape.All, strict: true);

        decision.WithoutConsent(scheme: null).Released.ShouldBe(SomePolicy.Prices.Shape.All);
        Should.Throw<InvalidOperationException>(() => decision.WithConsent(Everything, SomePolicy.Customer));
    }

    [Fact]
    public void A_rule_on_consent_releases_nothing_without_one() =>
        Should.Throw<InvalidOperationException>(() => Decide(Everything).WithoutConsent(SomePolicy.Customer));

    /// <summary>I1, on random sets: what is released was asked, permitted and consented to; the rest of what was asked is accounted for.</summary>
    [Fact]
    public void Released_is_within_request_rule_and_consent()
    {
        var random = new Random(20261121);
        var (granted, withheld) = (0, 0);
        for (var round = 0; round < 50_000; round++)
        {
            var (asked, consented) = (RandomSet(random), RandomSet(random));
            var scheme = random.Next(2) == 0 ? SomePolicy.Customer : SomePolicy.Inn;
            var decision = Decide(asked, strict: random.Next(4) == 0);
            var release = decision.WithConsent(consented, scheme);
            var rule = decision.Rule.ShouldNotBeNull().Permitted;
            var foreign = scheme == SomePolicy.Customer ? FieldSet.Empty : Purchases.SubjectField;

            (asked & rule & consented).Contains(release.Released).ShouldBeTrue();
            (release.Released & foreign).IsEmpty.ShouldBeTrue();
            (release.Outcome == ErrorCode.None).ShouldBe(!release.Released.IsEmpty);
            if (release.Outcome == ErrorCode.None)
            {
                release.Released.ShouldBe((asked & rule & consented).Except(foreign), "nor is less released than may be");
                granted++;
            }

            var accounted = FieldSet.Empty;
            foreach (var (leaf, reason) in release.Withheld)
            {
                var expected = !rule.Contains(leaf) ? WithheldReason.NotInPolicy : foreign.Contains(leaf) ? WithheldReason.ForeignIdentifier : WithheldReason.NotInConsent;
                if (decision.Outcome == ErrorCode.None)
                {
                    reason.ShouldBe(expected);
                }

                accounted |= FieldSet.Of(leaf);
                withheld++;
            }

            if (release.Outcome == ErrorCode.None)
            {
                accounted.ShouldBe(asked.Except(release.Released));
            }
        }

        granted.ShouldBeGreaterThan(10_000);
        withheld.ShouldBeGreaterThan(100_000);
    }

    [Fact]
    public void A_grant_allocates_nothing()
    {
        var asked = Everything;
        Grant(asked);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var withheld = 0;
        for (var round = 0; round < 1_000; round++)
        {
            withheld += Grant(asked);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        withheld.ShouldBeGreaterThan(0);
    }

    private static int Grant(in FieldSet asked)
    {
        var release = Decide(asked).WithConsent(asked, SomePolicy.Inn);
        var withheld = Policy.MayManageConsent(SomePolicy.Portal, SomePolicy.Market, Purchases.Id, SomePolicy.Tax) ? 1 : 0;
        foreach (var (leaf, reason) in release.Withheld)
        {
            withheld += leaf + (int)reason;
        }

        return withheld;
    }

    private static PolicyDecision Decide(in FieldSet asked, bool strict = false) =>
        PolicyDecision.Decide(Policy, Purchases, SomePolicy.Tax, SomePolicy.Market, SomePolicy.TaxDeduction, asked, strict);

    private static FieldSet Fields(params string[] paths) => SomePolicy.Fields(Purchases, paths);

    private static List<string> Said(WithheldFields withheld)
    {
        var said = new List<string>();
        foreach (var (leaf, reason) in withheld)
        {
            said.Add($"{Purchases.Shape.Leaves[leaf].Path}: {reason}");
        }

        return said;
    }

    /// <summary>Of random density, so that small and large sets both occur.</summary>
    private static FieldSet RandomSet(Random random)
    {
        var set = FieldSet.Empty;
        var density = random.NextDouble();
        for (var leaf = 0; leaf < Purchases.Shape.Leaves.Length; leaf++)
        {
            if (random.NextDouble() < density)
            {
                set |= FieldSet.Of(leaf);
            }
        }

        return set;
    }
}
