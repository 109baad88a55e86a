using System.CommandLine;
using Exchange.Benches.Load.Servers;

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
        SetAction(async arguments => await ServerControl.RunAsync(arguments.GetValue(_kind), Console.In, Console.Out));
    }
}
