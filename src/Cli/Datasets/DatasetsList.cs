using System.CommandLine;
using Exchange.Cli.Nodes;

namespace Exchange.Cli.Datasets;

/// <summary><c>exchange datasets list</c>.</summary>
internal sealed class DatasetsList : Verb
{
    private readonly Option<string> _config = ConfigurationOption.Create();

    internal DatasetsList()
        : base("list", "Lists the datasets that a node has installed.", "exchange datasets list --config certs-dev/node.yaml")
    {
        Add(_config);
    }

    protected override Task<ExitCode> RunAsync(ParseResult arguments, Output output, CancellationToken cancellation)
    {
        var datasets = LoadedNode.Load(arguments.GetValue(_config)!).Snapshot.Datasets.Datasets;
        if (output.IsJson)
        {
            foreach (var dataset in datasets)
            {
                output.WriteJson(new
                {
                    Dataset = dataset.Id.Value,
                    dataset.Title,
                    SubjectScheme = dataset.SubjectScheme?.Value,
                    DescriptorDigest = dataset.DescriptorDigest.ToString(),
                    Fields = dataset.Shape.Leaves.Select(leaf => new { leaf.Path, Category = dataset.Categories[leaf.Number] }),
                });
            }

            return Task.FromResult(ExitCode.Done);
        }

        var table = Output.Table("dataset", "title", "fields", "subject", "descriptor digest");
        foreach (var dataset in datasets)
        {
            var subject = dataset.SubjectPath is null ? "nobody" : $"{dataset.SubjectPath} ({dataset.SubjectScheme})";
            table.AddTextRow(dataset.Id.Value, dataset.Title, $"{dataset.Shape.Leaves.Length}", subject, dataset.DescriptorDigest.ToString());
        }

        output.Write(table);
        return Task.FromResult(ExitCode.Done);
    }
}
