using System.CommandLine;

namespace Exchange.Cli.Policies;

/// <summary><c>exchange policy check</c>.</summary>
internal sealed class PolicyCheck : Verb
{
    private readonly Option<string?> _policy = PolicySurroundings.PolicyOption();
    private readonly PolicySurroundings _surroundings;

    internal PolicyCheck()
        : base(
            "check",
            "Checks the policy against the registry and the datasets, and lists its rules.",
            "exchange policy check --config certs-dev/node.yaml",
            "exchange policy check --policy policy-draft --config certs-dev/node.yaml")
    {
        Add(_policy);
        _surroundings = new(this);
    }

    protected override Task<ExitCode> RunAsync(ParseResult arguments, Output output, CancellationToken cancellation)
    {
        _surroundings.Read(arguments);
        var read = _surroundings.Policy(arguments.GetValue(_policy) ?? _surroundings.ConfiguredPolicy(arguments));
        _surroundings.MustBeSound();
        var policy = read!;
        if (output.IsJson)
        {
            output.WriteJson(new
            {
                Digest = policy.Digest.ToString(),
                Rules = policy.Rules.Select(rule => new
                {
                    rule.Id,
                    Consumer = rule.Consumer.Value,
                    Provider = rule.Provider.Value,
                    Dataset = rule.Dataset.Value,
                    Purpose = rule.Purpose.Value,
                    Basis = Spelling.OfPolicy(rule.Basis),
                    Fields = rule.Permitted.Count,
                    Assertions = rule.Assertions.Length,
                }),
            });
            return Task.FromResult(ExitCode.Done);
        }

        var table = Output.Table("rule", "consumer", "provider", "dataset", "purpose", "basis", "fields", "assertions");
        foreach (var rule in policy.Rules)
        {
            table.AddTextRow(rule.Id, rule.Consumer.Value, rule.Provider.Value, rule.Dataset.Value, rule.Purpose.Value, Spelling.OfPolicy(rule.Basis), $"{rule.Permitted.Count}", $"{rule.Assertions.Length}");
        }

        output.Write(table);
        output.Say($"Sound: {policy.Rules.Length} rules, {policy.Purposes.Length} purposes. Digest {policy.Digest}.");
        return Task.FromResult(ExitCode.Done);
    }
}
