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
        output.WriteLine($"{Start} transfers");
        output.WriteLine($"{Start} transfers --payload 1024 --in-flight 1 64 --arms nginx relay governed");
        output.WriteLine($"{Start} transfers --json > run.json");
        output.WriteLine($"{Start} scale --folder /var/tmp");
        output.WriteLine($"{Start} scale --consents 10000 --rules 1000 --entries 100000 --rounds 1");
        output.WriteLine($"{Start} handshakes");
        output.WriteLine($"{Start} handshakes --at-once 8 --clients 0");
        output.WriteLine($"{Start} grpc --in-flight 64 --seconds 2 --rounds 9");
        output.WriteLine();
        return exit;
    }
}
