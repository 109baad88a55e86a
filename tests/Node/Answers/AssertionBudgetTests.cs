using Exchange.Client;
using Exchange.Format.V1;
using Exchange.Node.Allowances;
using Exchange.Node.Tests.Worlds;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Node.Tests.Answers;

/// <summary>Five fresh evaluations about one subject in a calendar year.</summary>
public sealed class AssertionBudgetTests : IAsyncLifetime
{
    private AssertionWorld _world = null!;

    public async Task InitializeAsync() => _world = await AssertionWorld.CreateAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task What_was_answered_once_is_answered_alike_at_no_cost_and_the_rest_takes_from_the_budget()
    {
        var first = await _world.Tax.FetchAsync(AssertionWorld.Ask("spent-exactly", "spent-more", "spent-euros"));
        var calls = _world.World.ProviderCalls;
        for (var again = 0; again < AssertionWorld.Budget; again++)
        {
            var page = await _world.Tax.FetchAsync(AssertionWorld.Ask("spent-euros", "spent-exactly", "spent-more"));
            page.Answers.OrderBy(answer => answer.Assertion).ShouldBe(first.Answers.OrderBy(answer => answer.Assertion));
            page.Receipt.Index.ShouldBeGreaterThan(first.Receipt.Index, "each answer is a transfer of its own");
        }

        _world.World.ProviderCalls.ShouldBe(calls, "nobody asked the provider");
        await MoreThanIsLeftIsRefusedAsync();
        await _world.World.RestartAsync();
        await MoreThanIsLeftIsRefusedAsync();

        (await _world.AnswersAsync("items-bought", "last-before-november")).ShouldBe([Verdict.True, Verdict.True]);
        (await _world.RefusedAsync(AssertionWorld.Ask("bought-nothing-yesterday"))).Reason.ShouldBe("ASSERTION_BUDGET_SPENT");
        calls = _world.World.ProviderCalls;
        (await _world.Tax.FetchAsync(AssertionWorld.Ask("spent-exactly", "spent-more", "spent-euros"))).Answers.ShouldBe(first.Answers);
        _world.World.ProviderCalls.ShouldBe(calls);
    }

    [Fact]
    public async Task Many_who_ask_the_same_at_once_share_one_evaluation()
    {
        var pages = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => _world.Tax.FetchAsync(AssertionWorld.Ask("spent-exactly"))));

        pages.ShouldAllBe(page => page.Answers[0].Verdict == Verdict.True);
        Stored().ShouldBe([(1, 1)]);
    }

    [Fact]
    public async Task Of_many_who_ask_something_else_at_once_as_many_are_answered_as_there_are_units()
    {
        await _world.ConsentAsync(AssertionWorld.Consenting, [.. AssertionWorld.Consented, "never-consented"]);
        string[] all = [.. AssertionWorld.Consented, "never-consented"];

        var ends = await Task.WhenAll(all.Select(async name =>
        {
            try
            {
                return (await _world.Tax.FetchAsync(AssertionWorld.Ask(name))).Answers.Count.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }
            catch (ExchangeRefusedException refused)
            {
                return refused.Reason;
            }
        }));

        ends.Count(end => end == "1").ShouldBe(AssertionWorld.Budget);
        ends.Count(end => end == "ASSERTION_BUDGET_SPENT").ShouldBe(all.Length - AssertionWorld.Budget);
    }

    [Theory]
    [InlineData(SomeWorld.AnsweredMalformed, "PROVIDER_ANSWER_INVALID")]
    [InlineData(SomeWorld.AnsweredWithAnother, "PROVIDER_ANSWER_INVALID")]
    [InlineData(SomeWorld.AnsweredInvalid, "PROVIDER_ANSWER_INVALID")]
    [InlineData(SomeWorld.AnsweredDown, "PROVIDER_UNAVAILABLE")]
    public async Task A_provider_that_does_not_answer_well_costs_nothing(string customer, string reason)
    {
        await _world.ConsentAsync(customer, AssertionWorld.Consented);
        for (var attempt = 0; attempt <= AssertionWorld.Budget; attempt++)
        {
            var refused = await _world.RefusedAsync(SomeWorld.Ask(customer) with { Fields = [], Assertions = ["spent-exactly"], From = null, Until = null });
            (refused.Reason, refused.Violations.Count).ShouldBe((reason, 0), "who gets no field is told of none");
        }

        Stored().ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_is_answered_that_could_not_be_stored()
    {
        Execute("CREATE TRIGGER fault BEFORE INSERT ON answer BEGIN SELECT RAISE(FAIL, 'no'); END");
        (await _world.RefusedAsync(AssertionWorld.Ask("spent-exactly"))).Reason.ShouldBe("STORE_UNAVAILABLE");
        _world.World.Node.Log.TakeErrors().ShouldHaveSingleItem();
        Stored().ShouldBeEmpty("neither the answer nor its unit");

        Execute("DROP TRIGGER fault");
        (await _world.AnswersAsync([.. AssertionWorld.Consented.Take(AssertionWorld.Budget)])).Length.ShouldBe(AssertionWorld.Budget);
    }

    private async Task MoreThanIsLeftIsRefusedAsync()
    {
        var refused = await _world.RefusedAsync(AssertionWorld.Ask("items-bought", "last-before-november", "bought-nothing-yesterday"));

        refused.Reason.ShouldBe("ASSERTION_BUDGET_SPENT");
        refused.RetryAfter.ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.Zero);
        _world.World.EntryOf(refused.Receipt!).Kind.ShouldBe(EntryKind.Refused);
    }

    /// <summary>Units and answers of each budget, as a start would find them.</summary>
    private IEnumerable<(int Used, int Answers)> Stored() => _world.World.Node.Host.Parts.GetRequiredService<IAllowanceStore>().Load(default).Select(stored => (stored.Used, stored.Answers.Count));

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={NodeFiles.Allowances(_world.World.World.DataFolder)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are this class's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
