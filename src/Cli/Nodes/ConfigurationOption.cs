using System.CommandLine;

namespace Exchange.Cli.Nodes;

/// <summary>The option <c>--config</c>, the same for every command that reads a node's files.</summary>
internal static class ConfigurationOption
{
    internal static Option<string> Create() => new("--config")
    {
        Description = "The node's configuration file; other files are found from it.",
        DefaultValueFactory = _ => "node.yaml",
    };
}
