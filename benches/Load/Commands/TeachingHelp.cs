using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Exchange.Benches.Load.Commands;

/// <summary>The library's help, and after it whole command lines that work.</summary>
internal sealed class TeachingHelp(HelpAction help) : SynchronousCommandLineAction
{
    private const string Start = "  dotnet run -c Release --project benches/Load --";

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var exit = help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        output.WriteLine($"{Start} grpc");
        output.WriteLine($"{Start} grpc --in-flight 64 --seconds 2 --rounds 9");
        output.WriteLine($"{Start} grpc --json > run.json");
        output.WriteLine();
        return exit;
    }
}
