using System.CommandLine;
using Exchange.Policy.Evaluation;
using Exchange.Vocabulary;

namespace Exchange.Cli.Policies;

/// <summary><c>exchange policy explain</c>.</summary>
internal sealed class PolicyExplain : Verb
{
    private readonly Option<string?> _policy = PolicySurroundings.PolicyOption();
    private readonly PolicySurroundings _surroundings;
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
        Add(_consumer);
        Add(_provider);
        Add(_dataset);
        Add(_purpose);
        Add(_policy);
        _surroundings = new(this);
    }

    protected override Task<ExitCode> RunAsync(ParseResult arguments, Output output, CancellationToken cancellation)
    {
        _surroundings.Read(arguments);
        var policy = _surroundings.Policy(arguments.GetValue(_policy) ?? _surroundings.ConfiguredPolicy(arguments));
        _surroundings.MustBeSound();
        var (id, datasets) = (arguments.GetValue(_dataset), _surroundings.Datasets!);
        if (!datasets.TryFind(id, out var dataset))
        {
            throw new UsageException($"There is no dataset '{id}'; installed are {string.Join(", ", datasets.Datasets.Select(known => known.Id))}.");
        }

        var (consumer, provider) = (arguments.GetValue(_consumer), arguments.GetValue(_provider));
        foreach (var member in new[] { consumer, provider }.Where(member => !_surroundings.Knows(member)))
        {
            output.Say($"The registry names no member {member}.");
        }

        var explanation = PolicyExplanation.Explain(policy!, dataset, consumer, provider, arguments.GetValue(_purpose));
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
            // Without a rule every row would say the same.
            if (explanation.Rule is not null)
            {
                output.Write(explanation.Fields.Aggregate(
                    Output.Table("field", "category", "action", "why"),
                    (fields, field) => fields.AddTextRow(field.Path, Spelling.OfPolicy(field.Category), field.Action.ToString(), field.Why)));
            }

            if (!explanation.Terms.IsEmpty)
            {
                output.Write(explanation.Terms.Aggregate(Output.Table("term", "value"), (terms, term) => terms.AddTextRow(term.Name, term.Value)));
            }

            output.Say(explanation.Summary);
        }

        return Task.FromResult(explanation.Outcome == ErrorCode.None ? ExitCode.Done : ExitCode.Refused);
    }
}
