using System.CommandLine;
using Exchange.Benches.Load.Servers;
using Exchange.Benches.Load.Transfers.Servers;

namespace Exchange.Benches.Load.Commands;

/// <summary>The program as its own server; not for people.</summary>
internal sealed class ServeCommand : Command
{
    private readonly Argument<ServerKind> _kind = new("kind");

    public ServeCommand()
        : base("serve", "One server of a run, spoken to over standard input.")
    {
        Hidden = true;
        Add(_kind);
        SetAction(arguments => RunAsync(arguments.GetValue(_kind)));
    }

    private static Task RunAsync(ServerKind kind) => kind is ServerKind.Bare or ServerKind.Runtime
        ? ServerControl.RunAsync(kind, Console.In, Console.Out)
        : TransferServerControl.RunAsync(kind, Console.In, Console.Out);
}
