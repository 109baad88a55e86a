using System.CommandLine;
using Exchange.Policy.Evaluation.Expectations;

namespace Exchange.Cli.Policies;

/// <summary><c>exchange policy test</c>.</summary>
internal sealed class PolicyTest : Verb
{
    private readonly Argument<string> _file = new("file") { Description = "A file of expectations: this consumer asking that gets these fields (docs/policy.md)." };
    private readonly Option<string?> _policy = PolicySurroundings.PolicyOption();
    private readonly PolicySurroundings _surroundings;

    internal PolicyTest()
        : base(
            "test",
            "Puts the requests of a file of expectations to the policy, and shows each point in which it says something else. Ends with 1 if there is any.",
            "exchange policy test certs-dev/expectations.yaml --config certs-dev/node.yaml",
            "exchange policy test expectations.yaml --policy policy-draft --config certs-dev/node.yaml")
    {
        Add(_file);
        Add(_policy);
        _surroundings = new(this);
    }

    protected override Task<ExitCode> RunAsync(ParseResult arguments, Output output, CancellationToken cancellation)
    {
        _surroundings.Read(arguments);
        var policy = _surroundings.Policy(arguments.GetValue(_policy) ?? _surroundings.ConfiguredPolicy(arguments));
        var expectations = _surroundings.Expectations(arguments.GetValue(_file)!);
        _surroundings.MustBeSound();
        var outcomes = expectations.Select(expectation => ExpectationCheck.Run(policy!, expectation)).ToList();
        foreach (var outcome in outcomes)
        {
            Show(outcome, output);
        }

        var unmet = outcomes.Count(outcome => !outcome.IsMet);
        output.Say($"{outcomes.Count - unmet} of {outcomes.Count} expectations are met by the policy {policy!.Digest}.");
        return Task.FromResult(unmet == 0 ? ExitCode.Done : ExitCode.Refused);
    }

    private static void Show(ExpectationOutcome outcome, Output output)
    {
        var (expectation, mismatches) = outcome;
        if (output.IsJson)
        {
            output.WriteJson(new
            {
                expectation.Name,
                expectation.Position.File,
                expectation.Position.Line,
                Met = outcome.IsMet,
                Mismatches = mismatches.Select(mismatch => new { mismatch.What, mismatch.Expected, mismatch.Actual, mismatch.Why }),
            });
            return;
        }

        output.Write($"{(outcome.IsMet ? "met" : "NOT MET")}  {expectation.Position}: {expectation.Name}");
        foreach (var mismatch in mismatches)
        {
            output.Write($"         {mismatch.What}: expected {mismatch.Expected}, is {mismatch.Actual} ({mismatch.Why})");
        }
    }
}
