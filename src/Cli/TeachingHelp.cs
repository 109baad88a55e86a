using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Exchange.Cli;

/// <summary>The library's help, and after it the examples of the command.</summary>
internal sealed class TeachingHelp(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var exit = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is Verb { Examples: { Count: > 0 } examples })
        {
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine(examples.Count == 1 ? "Example:" : "Examples:");
            foreach (var example in examples)
            {
                output.WriteLine($"  {example}");
            }

            output.WriteLine();
        }

        return exit;
    }
}
