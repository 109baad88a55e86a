using System.CommandLine;
using System.Text;
using Exchange.Policy.Evaluation.Differences;

namespace Exchange.Cli.Policies;

/// <summary><c>exchange policy diff</c>.</summary>
internal sealed class PolicyDiff : Verb
{
    private readonly Argument<string> _old = new("old") { Description = "The policy that is in force: a folder or a file." };
    private readonly Argument<string> _new = new("new") { Description = "The policy that shall be: a folder or a file." };
    private readonly Option<string?> _oldDatasets = new("--old-datasets") { Description = "The folder of descriptor sets for the old policy; without, the new one's.", HelpName = "folder" };
    private readonly PolicySurroundings _surroundings;

    internal PolicyDiff()
        : base(
            "diff",
            "Shows what a new policy widens and what it narrows, and for whom. Ends with 0 if nothing widens, with 1 if something does.",
            "exchange policy diff certs-dev/policy policy-draft --config certs-dev/node.yaml",
            "exchange policy diff old.yaml new.yaml --datasets datasets --members members.yaml --json")
    {
        Add(_old);
        Add(_new);
        Add(_oldDatasets);
        _surroundings = new(this);
    }

    protected override Task<ExitCode> RunAsync(ParseResult arguments, Output output, CancellationToken cancellation)
    {
        _surroundings.Read(arguments);
        var oldDatasets = arguments.GetValue(_oldDatasets) is { } folder ? _surroundings.OtherDatasets(folder) : _surroundings.Datasets;
        var before = _surroundings.PastPolicy(arguments.GetValue(_old)!, oldDatasets);
        var after = _surroundings.Policy(arguments.GetValue(_new)!);
        _surroundings.MustBeSound();
        var difference = PolicyDifference.Between(before!, oldDatasets!, after!, _surroundings.Datasets!);
        if (output.IsJson)
        {
            // The very bytes that a node archives when it changes its policy.
            output.Write(Encoding.UTF8.GetString(PolicyDifferenceJson.Write(difference)));
        }
        else
        {
            Show(difference, output);
        }

        return Task.FromResult(difference.Direction.HasFlag(ChangeDirection.Widens) ? ExitCode.Refused : ExitCode.Done);
    }

    private static void Show(PolicyDifference difference, Output output)
    {
        foreach (var rule in difference.Rules)
        {
            output.Write($"{rule.Key.Consumer} may have of {rule.Key.Provider}, {rule.Key.Dataset} for {rule.Key.Purpose} (rule {rule.After ?? rule.Before}):");
            foreach (var change in rule.Changes)
            {
                output.Write($"  {Sign(change.Direction)} {Word(change)}: {change.Before ?? "nothing"} -> {change.After ?? "nothing"}");
            }
        }

        foreach (var (mandate, direction) in difference.Mandates)
        {
            output.Write($"{Sign(direction)} {mandate.Manager} may speak for the subjects of {mandate.Dataset} at {mandate.Provider}, towards {mandate.Consumer}");
        }

        foreach (var purpose in difference.Purposes)
        {
            output.Write($"{Sign(ChangeDirection.None)} purpose {purpose.Purpose}: {purpose.Before ?? "nothing"} -> {purpose.After ?? "nothing"}");
        }

        foreach (var dataset in difference.Datasets)
        {
            output.Write($"{Sign(ChangeDirection.None)} dataset {dataset.Dataset}: {dataset.Before?.ToString() ?? "nothing"} -> {dataset.After?.ToString() ?? "nothing"}");
        }

        output.Say($"{difference.RulesWidened} rules widen (+), {difference.RulesNarrowed} narrow (-), one that does both (±) counted in each. Digests {difference.Previous} and {difference.Next}.");
    }

    private static string Word(PolicyChange change) => change.Kind switch
    {
        PolicyChangeKind.Field or PolicyChangeKind.Obligation or PolicyChangeKind.AssertionBudget => change.Name,
        PolicyChangeKind.Assertion => $"assertion {change.Name}",
        PolicyChangeKind.Rule => "rule, on the basis of",
        PolicyChangeKind.Basis => "basis",
        _ => "reference",
    };

    private static char Sign(ChangeDirection direction) => direction switch
    {
        ChangeDirection.Widens => '+',
        ChangeDirection.Narrows => '-',
        ChangeDirection.Both => '±',
        _ => '=',
    };
}
