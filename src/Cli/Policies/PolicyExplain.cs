using System.CommandLine;
using Exchange.Cli.Nodes;
using Exchange.Policy.Evaluation;
using Exchange.Vocabulary;

namespace Exchange.Cli.Policies;

/// <summary><c>exchange policy explain</c>.</summary>
internal sealed class PolicyExplain : Verb
{
    private readonly Option<string> _config = ConfigurationOption.Create();
    private readonly Option<MemberId> _consumer = NamedOption.Member("--consumer", "Who asks.");
    private readonly Option<MemberId> _provider = NamedOption.Member("--provider", "Who holds the data.");
    private readonly Option<DatasetId> _dataset = NamedOption.Dataset("--dataset", "Which data.");
    private readonly Option<PurposeId> _purpose = NamedOption.Purpose("--purpose", "What for.");

    internal PolicyExplain()
        : base(
            "explain",
            "Shows what happens to each field, what may be asked by name, and what is owed for it, for a consumer, provider, dataset and purpose, and which line of the policy says so.",
            "exchange policy explain --config certs-dev/node.yaml --consumer spiffe://exchange.test/gov/tax-service --provider spiffe://exchange.test/market/sample --dataset purchases.v1 --purpose tax-deduction")
    {
        Add(_config);
        Add(_consumer);
        Add(_provider);
        Add(_dataset);
        Add(_purpose);
    }

    protected override Task<ExitCode> RunAsync(ParseResult arguments, Output output, CancellationToken cancellation)
    {
        var node = LoadedNode.Load(arguments.GetValue(_config)!);
        var id = arguments.GetValue(_dataset);
        if (!node.Snapshot.Datasets.TryFind(id, out var dataset))
        {
            throw new UsageException($"There is no dataset '{id}'; installed are {string.Join(", ", node.Snapshot.Datasets.Datasets.Select(known => known.Id))}.");
        }

        var explanation = PolicyExplanation.Explain(
            node.Snapshot.Policy, dataset, arguments.GetValue(_consumer), arguments.GetValue(_provider), arguments.GetValue(_purpose));
        if (output.IsJson)
        {
            output.WriteJson(new
            {
                Outcome = ErrorCatalogue.Of(explanation.Outcome).Reason,
                Rule = explanation.Rule?.Id,
                explanation.Summary,
                Fields = explanation.Fields.Select(field => new { field.Path, field.Category, Action = field.Action.ToString(), field.Why }),
                Terms = explanation.Terms.Select(term => new { term.Name, term.Value }),
            });
        }
        else
        {
            var table = Output.Table("field", "category", "action", "why");
            foreach (var field in explanation.Fields)
            {
                table.AddTextRow(field.Path, $"{field.Category}", field.Action.ToString(), field.Why);
            }

            output.Write(table);
            if (!explanation.Terms.IsEmpty)
            {
                output.Write(explanation.Terms.Aggregate(Output.Table("term", "value"), (terms, term) => terms.AddTextRow(term.Name, term.Value)));
            }

            output.Say(explanation.Summary);
        }

        return Task.FromResult(explanation.Outcome == ErrorCode.None ? ExitCode.Done : ExitCode.Refused);
    }
}
