using System.Text.Json;
using Exchange.Cli.Certs;
using Exchange.Cli.Demo.World;

namespace Exchange.Cli.Tests;

/// <summary>What an operator types before a new policy is put in force, against the development configuration.</summary>
public sealed class PolicyCommandsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PolicyCommandsTests()
    {
        var certificates = _folder.File("certs");
        DevelopmentFolder.Write(certificates, DemoMembers.Instance, TimeProvider.System);
        using var authority = DevelopmentAuthority.Load(certificates, TimeProvider.System);
        foreach (var member in new[] { DemoMembers.TaxService, DemoMembers.Portal })
        {
            MemberFolder.Write(authority, _folder.File("certs", member.Value.Split('/')[^1]), new MemberFolderOptions { Id = member, Encryption = true });
        }

        DemoConfiguration.Write(_folder.Path, new Uri("https://127.0.0.1:9443"));
        File.Copy(Path.Combine(Exchange.Tests.Prerequisites.Repository, "certs-dev", "expectations.yaml"), _folder.File("expectations.yaml"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_development_policy_meets_its_expectations()
    {
        var run = await RunAsync("test", _folder.File("expectations.yaml"), "--config", _folder.File("node.yaml"));

        run.Exit.ShouldBe(0, run.Prose + run.Data);
        run.Prose.ShouldContain("4 of 4 expectations are met");
    }

    [Fact]
    public async Task A_policy_that_says_something_else_fails_the_test_point_by_point()
    {
        var draft = Draft("order_number: keep", "order_number: { truncate: 3 }");

        var run = await RunAsync("test", _folder.File("expectations.yaml"), "--policy", draft, "--config", _folder.File("node.yaml"), "--json");

        run.Exit.ShouldBe(1);
        var expectations = run.Data.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        expectations.Select(expectation => expectation.GetProperty("met").GetBoolean()).ShouldBe([false, true, true, true]);
        var mismatch = expectations[0].GetProperty("mismatches").EnumerateArray().ShouldHaveSingleItem();
        (mismatch.GetProperty("what").GetString(), mismatch.GetProperty("expected").GetString(), mismatch.GetProperty("actual").GetString()).ShouldBe(("order_number", "keep", "truncate: 3"));
        mismatch.GetProperty("why").GetString().ShouldEndWith("draft.yaml:16");
    }

    [Theory]
    [InlineData("retention: 1095d", "retention: 1094d", 0, "- retention: 1095d -> 1094d")]
    [InlineData("retention: 1095d", "retention: 1096d", 1, "+ retention: 1095d -> 1096d")]
    [InlineData("buyer: drop", "buyer.phone: { mask: { last: 4 } }", 1, "+ buyer.phone: nothing -> mask: { last: 4 }")]
    [InlineData("title: Prefilling a form at the citizen's request", "title: Prefilling a form", 0, "= purpose form-prefill")]
    public async Task A_draft_is_compared_with_what_is_in_force(string before, string after, int exit, string told)
    {
        var run = await RunAsync("diff", _folder.File("policy"), Draft(before, after), "--datasets", _folder.File("datasets"), "--members", _folder.File("members.yaml"));

        run.Exit.ShouldBe(exit, run.Prose);
        run.Data.ShouldContain(told);
    }

    [Fact]
    public async Task A_member_that_is_gone_narrows_although_the_old_policy_still_names_it()
    {
        var (members, policy) = (File.ReadAllText(_folder.File("members.yaml")), File.ReadAllText(_folder.File("policy", "purchases.yaml")));
        await File.WriteAllTextAsync(_folder.File("members.yaml"), members[..members.IndexOf("  - id:", StringComparison.Ordinal)] + members[members.IndexOf("  # The portal", StringComparison.Ordinal)..]);
        var draft = policy[..policy.IndexOf("  - id: purchases-for-tax", StringComparison.Ordinal)] + policy[policy.IndexOf("  - id: purchases-for-form", StringComparison.Ordinal)..];
        draft = draft[..draft.IndexOf("  - manager:", StringComparison.Ordinal)] + draft[draft.LastIndexOf("  - manager:", StringComparison.Ordinal)..];
        await File.WriteAllTextAsync(_folder.File("draft.yaml"), draft);

        var run = await RunAsync("diff", _folder.File("policy"), _folder.File("draft.yaml"), "--datasets", _folder.File("datasets"), "--members", _folder.File("members.yaml"));

        run.Exit.ShouldBe(0, run.Prose);
        run.Data.ShouldContain("spiffe://exchange.test/gov/tax-service may have of");
        run.Data.ShouldContain("- rule, on the basis of");
        run.Prose.ShouldContain("0 rules widen (+), 1 narrow (-)");

        // The other way round it is a mistake: nobody may be named who is not there.
        (await RunAsync("diff", _folder.File("draft.yaml"), _folder.File("policy"), "--datasets", _folder.File("datasets"), "--members", _folder.File("members.yaml"))).Exit.ShouldBe(2);
    }

    [Fact]
    public async Task Datasets_of_the_old_policy_may_be_named_apart()
    {
        var old = Directory.CreateDirectory(_folder.File("old-datasets")).FullName;
        File.Copy(_folder.File("datasets", "purchases.v1.binpb"), Path.Combine(old, "purchases.v1.binpb"));

        var run = await RunAsync("diff", _folder.File("policy"), _folder.File("policy"), "--old-datasets", old, "--config", _folder.File("node.yaml"), "--json");

        run.Exit.ShouldBe(0, run.Prose);
        run.Json.GetProperty("datasets").EnumerateArray().Select(dataset => dataset.GetProperty("dataset").GetString()).ShouldBe(["customer_profile.v1", "demand.v1"]);
    }

    [Fact]
    public async Task A_difference_as_JSON_is_one_document()
    {
        var run = await RunAsync("diff", _folder.File("policy"), Draft("buyer: drop", "buyer: keep"), "--config", _folder.File("node.yaml"), "--json");

        (run.Exit, run.Json.GetProperty("rules_widened").GetInt32(), run.Json.GetProperty("rules").GetArrayLength()).ShouldBe((1, 1, 1));
    }

    [Fact]
    public async Task What_does_not_load_is_told_with_every_mistake()
    {
        var run = await RunAsync("diff", Draft("order_number: keep", "order_number: kep"), _folder.File("nowhere"), "--config", _folder.File("node.yaml"), "--json");

        run.Exit.ShouldBe(2);
        run.Json.GetProperty("diagnostics").GetArrayLength().ShouldBe(2);
    }

    private static Task<CommandRun> RunAsync(string verb, params string[] arguments) => CommandRun.OfAsync(["policy", verb, .. arguments]);

    private string Draft(string before, string after)
    {
        var text = File.ReadAllText(_folder.File("policy", "purchases.yaml"));
        text.ShouldContain(before);
        var draft = _folder.File("draft.yaml");
        File.WriteAllText(draft, text.Replace(before, after, StringComparison.Ordinal));
        return draft;
    }
}
