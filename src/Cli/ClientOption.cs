using System.CommandLine;

namespace Exchange.Cli;

/// <summary>The option <c>--client</c>, the same for every command that speaks as a member.</summary>
internal static class ClientOption
{
    internal static Option<string> Create() => new("--client")
    {
        Description = "The member's client.yaml: its keys, and the node that it speaks to.",
        HelpName = "file",
        DefaultValueFactory = _ => "client.yaml",
    };
}
