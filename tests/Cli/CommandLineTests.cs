using System.CommandLine;

namespace Exchange.Cli.Tests;

public sealed class CommandLineTests
{
    public static TheoryData<string> Verbs => [.. AllVerbs().Select(verb => string.Join(' ', verb.Path))];

    [Fact]
    public void The_commands_are_those_that_the_manual_names() => AllVerbs().Select(verb => string.Join(' ', verb.Path)).ShouldBe(
        [
            "demo", "node run", "node check", "certs init", "certs issue", "certs keys", "policy check", "policy explain", "policy diff", "policy test", "datasets list", "fetch",
            "consent give", "consent withdraw", "audit verify", "audit export", "audit download", "audit query", "audit proof", "audit checkpoint", "audit tail", "envelope open",
        ],
        ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Help_teaches_with_an_example_that_parses(string path)
    {
        var verb = AllVerbs().Single(candidate => string.Join(' ', candidate.Path) == path).Verb;
        var help = await CommandRun.OfAsync([.. path.Split(' '), "--help"]);

        help.Exit.ShouldBe(0);
        help.Data.ShouldContain(verb.Description!);
        verb.Examples.ShouldNotBeEmpty();
        foreach (var example in verb.Examples)
        {
            help.Data.ShouldContain(example);
            example.ShouldStartWith($"exchange {path}");
            ExchangeCommandLine.Build().Parse(example["exchange ".Length..]).Errors.ShouldBeEmpty(example);
        }

        verb.Options.ShouldAllBe(option => !string.IsNullOrWhiteSpace(option.Description));
        verb.Arguments.ShouldAllBe(argument => !string.IsNullOrWhiteSpace(argument.Description));
    }

    [Theory]
    [InlineData("certs")]
    [InlineData("certs", "isue")]
    [InlineData("certs", "init")]
    [InlineData("certs", "init", "--out")]
    [InlineData("certs", "init", "--out", "x", "--loud")]
    [InlineData("certs", "issue", "--out", "x", "--id", "spiffe://exchange.test/gov/a", "--node", "http://127.0.0.1")]
    [InlineData("fetch", "--provider", "spiffe://exchange.test/market/a", "--dataset", "a.v1", "--purpose", "a", "--field", "a", "--page-size", "-1")]
    public async Task Wrong_use_ends_with_2_and_points_to_help(params string[] arguments)
    {
        var run = await CommandRun.OfAsync(arguments);

        run.Exit.ShouldBe(2);
        run.Data.ShouldBeEmpty();
        run.Prose.ShouldContain("--help");
    }

    // The library would end the process so long after a signal, whatever limits.close_grace says, with calls under way and without a stop entry.
    [Theory]
    [MemberData(nameof(Verbs))]
    public void A_node_is_given_the_time_to_stop_that_it_asks_for_and_other_commands_are_not(string path)
    {
        var verb = AllVerbs().Single(candidate => string.Join(' ', candidate.Path) == path).Verb;
        var invocation = ExchangeCommandLine.Invocation(ExchangeCommandLine.Build().Parse(verb.Examples[0]["exchange ".Length..]), TextWriter.Null, TextWriter.Null);

        invocation.ProcessTerminationTimeout.HasValue.ShouldBe(path != "node run");
    }

    [Fact]
    public async Task Json_is_on_stdout_and_nothing_else_is()
    {
        using var folder = new TemporaryFolder();

        var made = await CommandRun.OfAsync("certs", "init", "--out", folder.File("certs"), "--json");
        var refused = await CommandRun.OfAsync("certs", "init", "--out", folder.File("certs"), "--json");

        made.Json.GetProperty("written").GetArrayLength().ShouldBe(10);
        refused.Exit.ShouldBe(2);
        refused.Json.GetProperty("error").GetString().ShouldBe("FILE_FAULT");
    }

    private static IEnumerable<(string[] Path, Verb Verb)> AllVerbs() => AllVerbs(ExchangeCommandLine.Build(), []);

    private static IEnumerable<(string[] Path, Verb Verb)> AllVerbs(Command command, string[] path) => command.Subcommands.SelectMany(child =>
    {
        string[] childPath = [.. path, child.Name];
        return child is Verb verb ? [(childPath, verb)] : AllVerbs(child, childPath);
    });
}
