using System.CommandLine;
using System.Runtime.InteropServices;
using Exchange.Benches.Load.Servers;
using Exchange.Benches.Load.Transfers.Handshakes;
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
        SetAction(async arguments =>
        {
            // An interruption reaches the whole group of processes; whoever started this one hears it, too, and ends it in order.
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
            await RunAsync(arguments.GetValue(_kind));
        });
    }

    private static Task RunAsync(ServerKind kind) => kind switch
    {
        ServerKind.Bare or ServerKind.Runtime => ServerControl.RunAsync(kind, Console.In, Console.Out),
        ServerKind.Fleet => Fleet.RunAsync(Console.In, Console.Out),
        _ => TransferServerControl.RunAsync(kind, Console.In, Console.Out),
    };
}
