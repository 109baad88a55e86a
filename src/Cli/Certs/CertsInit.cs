using System.CommandLine;

namespace Exchange.Cli.Certs;

/// <summary><c>exchange certs init</c>.</summary>
internal sealed class CertsInit : Verb
{
    private readonly Option<string> _out = new("--out") { Description = "The folder for the keys; it is made if missing.", Required = true };
    private readonly Option<string> _instance = new("--instance")
    {
        Description = "The name of the exchange; ids begin with spiffe://<instance>/.",
        DefaultValueFactory = _ => "exchange.test",
    };

    private readonly Option<bool> _force = new("--force") { Description = "Overwrite keys that are there." };

    internal CertsInit()
        : base("init", "Makes a development authority and the keys of a node. Not for real data.", "exchange certs init --out certs")
    {
        Add(_out);
        Add(_instance);
        Add(_force);
    }

    protected override Task<ExitCode> RunAsync(ParseResult arguments, Output output, CancellationToken cancellation)
    {
        var folder = arguments.GetValue(_out)!;
        var instance = arguments.GetValue(_instance)!;
        var files = DevelopmentFolder.Write(folder, instance, TimeProvider.System, arguments.GetValue(_force));
        WrittenFiles.Report(output, files);
        output.Say($"Next, a member: exchange certs issue --out {Path.Combine(folder, "tax-service")} --id spiffe://{instance}/gov/tax-service --encryption");
        return Task.FromResult(ExitCode.Done);
    }
}
