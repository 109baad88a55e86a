using Exchange.Policy.Evaluation.Assertions;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Policy.Tests.Evaluation.Assertions;

public sealed class AssertionDecisionTests
{
    private const string Offers = """
        purposes: [{id: benefit, title: A benefit}]
        rules:
          - id: benefit
            consumer: spiffe://exchange.test/gov/social
            provider: spiffe://exchange.test/market/sample
            dataset: purchases.v1
            purpose: benefit
            basis: consent
            assertions:
              - {id: spent, expression: sum(total) > 5 RUB, window: 30d}
              - {id: bought, expression: exists(order_number)}
            assertion_budget: {evaluations: 3, per: month}
        """;

    [Fact]
    public void What_the_subject_did_not_consent_to_is_withheld()
    {
        var decision = Decide(Policy(), strict: false, "bought", "spent");

        var release = decision.WithConsent(new HashSet<Digest> { decision.Asked[1].Digest });

        release.Outcome.ShouldBe(ErrorCode.None);
        release.Released.ShouldHaveSingleItem().Id.ShouldBe("spent");
        release.Withheld.ShouldHaveSingleItem().Id.ShouldBe("bought");
    }

    [Fact]
    public void Answers_come_in_the_order_asked()
    {
        var decision = Decide(Policy(), strict: true, "bought", "spent");

        var release = decision.WithConsent(decision.Asked.Select(assertion => assertion.Digest).ToHashSet());

        release.Released.Select(assertion => assertion.Id).ShouldBe(["bought", "spent"]);
    }

    [Fact]
    public void A_changed_threshold_is_not_covered()
    {
        var consented = Decide(Policy(), strict: false, "spent").Asked.Select(assertion => assertion.Digest).ToHashSet();

        var release = Decide(Policy("> 5 RUB", "> 6 RUB"), strict: false, "spent").WithConsent(consented);

        release.Outcome.ShouldBe(ErrorCode.ConsentCoversNothing);
        release.Released.ShouldBeEmpty();
    }

    [Fact]
    public void Strict_would_rather_have_nothing()
    {
        var decision = Decide(Policy(), strict: true, "bought", "spent");

        var release = decision.WithConsent(new HashSet<Digest> { decision.Asked[0].Digest });

        (release.Outcome, release.Released.Length).ShouldBe((ErrorCode.OverAsk, 0));
    }

    [Fact]
    public void Another_basis_than_consent_covers_all_that_the_rule_offers_and_neither_stands_in_for_the_other()
    {
        var publicTask = Decide(Policy("basis: consent", "basis: public-task\n    reference: Article 7"), strict: false, "bought");
        publicTask.WithoutConsent().Released.ShouldHaveSingleItem();
        Should.Throw<InvalidOperationException>(() => publicTask.WithConsent(new HashSet<Digest>()));
        Should.Throw<InvalidOperationException>(() => Decide(Policy(), strict: false, "bought").WithoutConsent());
    }

    [Fact]
    public void An_unknown_name_is_refused_whatever_else_is_asked()
    {
        var decision = Decide(Policy(), strict: false, "bought", "spent-more");

        (decision.Outcome, decision.Unknown.ShouldHaveSingleItem()).ShouldBe((ErrorCode.AssertionUnknown, "spent-more"));
        decision.WithConsent(decision.Asked.Select(assertion => assertion.Digest).ToHashSet()).Released.ShouldBeEmpty();
    }

    private static AssertionDecision Decide(PolicySnapshot policy, bool strict, params string[] names) =>
        AssertionDecision.Decide(policy, policy.Rules.Single().Key, names, strict);

    private static PolicySnapshot Policy(string from = "", string to = "") =>
        SomePolicy.Load(from.Length == 0 ? Offers : Offers.Replace(from, to, StringComparison.Ordinal), out var said) ?? throw new InvalidOperationException(string.Join('\n', said));
}
