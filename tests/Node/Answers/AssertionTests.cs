using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Format.V1;
using Exchange.Node.Tests.Worlds;
using Exchange.Vocabulary;

namespace Exchange.Node.Tests.Answers;

/// <summary>Assertions asked of a running node.</summary>
public sealed class AssertionTests : IAsyncLifetime
{
    private AssertionWorld _world = null!;

    public async Task InitializeAsync() => _world = await AssertionWorld.CreateAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Answers_are_of_all_pages_and_windows_and_come_in_the_order_asked()
    {
        var page = await _world.Tax.FetchAsync(AssertionWorld.Ask("items-bought", "spent-more", "spent-exactly", "spent-euros", "bought-nothing-yesterday"));

        page.Answers.Select(answer => (answer.Assertion, answer.Verdict)).ShouldBe([
            ("items-bought", Verdict.True),
            ("spent-more", Verdict.False),
            ("spent-exactly", Verdict.True),
            ("spent-euros", Verdict.Undecided),
            ("bought-nothing-yesterday", Verdict.True),
        ]);
        page.Records.ShouldBeEmpty();
        page.HasNext.ShouldBeFalse();
        page.Terms.LegalBasis.ShouldBe(Format.V1.LegalBasis.Consent);
        page.Terms.Withheld.ShouldBeEmpty();
        var entry = _world.World.EntryOf(page.Receipt);
        entry.Kind.ShouldBe(EntryKind.Released);
        entry.Assertions.ShouldBe(["items-bought", "spent-more", "spent-exactly", "spent-euros", "bought-nothing-yesterday"]);
        (entry.FieldsAsked.Length, entry.FieldsReleased.Length).ShouldBe((0, 0));
    }

    [Fact]
    public async Task Every_answer_has_the_same_size_whatever_it_is()
    {
        FetchQuery[] asked = [AssertionWorld.Ask("spent-exactly"), AssertionWorld.Ask("spent-more"), AssertionWorld.Ask("spent-euros", "never-consented"), AssertionWorld.Ask("spent-more", "spent-exactly", "items-bought")];
        var sizes = new List<(int Envelope, ulong Padded)>();
        foreach (var query in asked)
        {
            var page = await _world.Tax.FetchAsync(query);
            sizes.Add((Envelope.Parser.ParseFrom(page.EnvelopeBytes).Ciphertext.Length, _world.World.EntryOf(page.Receipt).PaddedSize));
        }

        sizes.Distinct().ShouldHaveSingleItem().ShouldBe((4096 + 16, 4096UL));
    }

    [Fact]
    public async Task What_the_subject_did_not_consent_to_is_withheld_under_the_assertions_name()
    {
        var page = await _world.Tax.FetchAsync(AssertionWorld.Ask("never-consented", "spent-exactly"));

        page.Answers.ShouldHaveSingleItem().Assertion.ShouldBe("spent-exactly");
        page.Terms.Withheld.ShouldBe([new WithheldField { Path = "never-consented", Reason = WithheldReason.NotInConsent }]);
        _world.World.EntryOf(page.Receipt).Assertions.ShouldBe(["spent-exactly"]);
        (await _world.RefusedAsync(AssertionWorld.Ask("never-consented"))).Reason.ShouldBe("SUBJECT_NOT_AVAILABLE");
        (await _world.RefusedAsync(AssertionWorld.Ask("never-consented", "spent-exactly") with { Strict = true })).Reason.ShouldBe("OVER_ASK");
    }

    [Fact]
    public async Task Consent_to_fields_does_not_cover_assertions_nor_the_reverse()
    {
        var asked = await _world.RefusedAsync(SomeWorld.Ask() with { Fields = [], Assertions = ["spent-exactly"], From = null, Until = null });
        asked.Reason.ShouldBe("SUBJECT_NOT_AVAILABLE");
        _world.World.EntryOf(asked.Receipt!).Assertions.ShouldBe(["spent-exactly"]);

        (await _world.RefusedAsync(SomeWorld.Ask(AssertionWorld.Consenting))).Reason.ShouldBe("SUBJECT_NOT_AVAILABLE");
    }

    [Fact]
    public async Task A_consent_does_not_cover_what_the_policy_asks_by_the_same_name_later()
    {
        (await _world.AnswersAsync("spent-euros", "spent-exactly")).Length.ShouldBe(2);
        SomeWorld.Edit(_world.World.World.PolicyFile, "sum(total) > 1 EUR", "sum(total) > 2 EUR");
        await _world.World.RestartAsync();

        var page = await _world.Tax.FetchAsync(AssertionWorld.Ask("spent-euros", "spent-exactly"));

        page.Answers.ShouldHaveSingleItem().Assertion.ShouldBe("spent-exactly");
        page.Terms.Withheld.ShouldHaveSingleItem().Path.ShouldBe("spent-euros");
    }

    [Fact]
    public async Task A_withdrawn_consent_answers_nothing_more_frozen_or_not()
    {
        var consent = await _world.ConsentAsync(AssertionWorld.Consenting, AssertionWorld.Consented);
        await _world.AnswersAsync("spent-exactly");
        await _world.World.Portal.WithdrawConsentAsync(consent.Id);

        (await _world.RefusedAsync(AssertionWorld.Ask("spent-exactly"))).Reason.ShouldBe("SUBJECT_NOT_AVAILABLE");
    }

    [Fact]
    public async Task The_question_is_the_policys_alone()
    {
        var now = TimeProvider.System.Now();
        (await _world.RefusedAsync(AssertionWorld.Ask("spent-exactly") with { Until = now })).Reason.ShouldBe("PERIOD_NOT_PERMITTED");
        (await _world.RefusedAsync(AssertionWorld.Ask("spent-exactly") with { Fields = ["total"] })).Reason.ShouldBe("REQUEST_MALFORMED");
        (await _world.RefusedAsync(AssertionWorld.Ask("spent-exactly", "spent-exactly"))).Reason.ShouldBe("REQUEST_MALFORMED");
        (await _world.RefusedAsync(AssertionWorld.Ask("spent-exactly") with { PageSize = 1 })).Reason.ShouldBe("REQUEST_MALFORMED");
        var unknown = await _world.RefusedAsync(AssertionWorld.Ask("spent-exactly", "spent-mor"));
        unknown.Reason.ShouldBe("ASSERTION_UNKNOWN");
        unknown.Violations.ShouldHaveSingleItem().Value.ShouldContain("'spent-more'");
        (await _world.RefusedAsync(AssertionWorld.Ask("spent-exactly") with { Purpose = DemoMembers.FormPrefill })).Reason.ShouldBe("RULE_MISSING");
    }

    [Fact]
    public async Task Consent_to_an_assertion_that_the_rule_does_not_offer_is_not_taken()
    {
        var refused = await Should.ThrowAsync<ExchangeRefusedException>(() => _world.ConsentAsync(AssertionWorld.Consenting, "spent-mor"));

        refused.Reason.ShouldBe("ASSERTION_UNKNOWN");
        refused.Violations.ShouldHaveSingleItem().Value.ShouldContain("'spent-more'");
    }
}
