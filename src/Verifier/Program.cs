using System.CommandLine;
using Exchange.Verifier;

var root = new RootCommand("""
    Checks what a node of the exchange promised, with nothing but its files and its public receipt keys.
    Nothing here trusts the node, its operator or a network. Data goes to stdout, prose to stderr.
    Exit codes: 0 verified, 1 failed verification, 2 bad usage.
    """)
{
    LogCommand.Create(),
    EnvelopeCommand.Create(),
};
var parsed = root.Parse(args);
var exit = await parsed.InvokeAsync();
return parsed.Errors.Count > 0 ? 2 : exit;
