using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Exchange.Benches.Load.Rounds;
using Exchange.Benches.Load.Servers;
using Exchange.Cli.Certs;
using Exchange.Cli.Demo.World;
using Exchange.Identity;
using Exchange.Node;
using Exchange.Node.Operations;
using Exchange.Vocabulary;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;

namespace Exchange.Benches.Load.Transfers.Servers;

/// <summary>The server's side of its control channel, as <see cref="ServerControl"/> has it, for all but the servers of echoes; the first line is an order in place of a certificate.</summary>
internal static class TransferServerControl
{
    public static async Task RunAsync(ServerKind kind, TextReader input, TextWriter output)
    {
        var order = JsonSerializer.Deserialize<ServerOrder>(await input.ReadLineAsync() ?? "null") ?? throw new InvalidDataException("No order came.");
        switch (kind)
        {
            case ServerKind.Node:
                await RunNodeAsync(order, input, output);
                break;
            case ServerKind.Caller:
                await BareCaller.RunAsync(Connections(order), order.Provider!, input, output);
                break;
            case ServerKind.Kestrel:
                await ServeAsync(await BareKestrel.StartAsync(NodeCertificate(order), ConsumerCertificate(order).RawData), input, output);
                break;
            case ServerKind.Relay:
                LargePages.Ask(); // As the node does.
                using (var channel = Connect(order))
                {
                    await ServeAsync(await MemberHost.StartAsync(new RelayServer(channel.CreateCallInvoker()), NodeCertificate(order), Anchor(order)), input, output);
                }

                break;
            default:
                await ServeAsync(await MemberHost.StartAsync(new ProviderServer(), ProviderCertificate(order), Anchor(order)), input, output);
                break;
        }
    }

    private static async Task ServeAsync((WebApplication App, int Port) server, TextReader input, TextWriter output)
    {
        await using (server.App)
        {
            await ServerControl.WriteAsync(output, new ServerGreeting(server.Port, []));
            await ServerControl.AnswerAsync(input, output);
            await server.App.StopAsync();
        }
    }

    /// <summary>The node as `exchange node run` has it: its first line names its address, and goes out in place of a greeting.</summary>
    private static async Task RunNodeAsync(ServerOrder order, TextReader input, TextWriter output)
    {
        using var stop = new CancellationTokenSource();
        using var counters = new NodeCounters();
        using var profile = order.ProfilesAllocations ? new AllocationProfile() : null;
        var node = NodeHost.RunAsync(order.Configuration, output, Console.Error, stop.Token);
        await ServerControl.AnswerAsync(input, output, () => Usage.OfThisProcess() with { Counts = counters.Read() });
        profile?.Write(Console.Error);
        await stop.CancelAsync();
        await node;
    }

    private static GrpcChannel Connect(ServerOrder order) =>
        GrpcChannel.ForAddress(order.Provider!, new GrpcChannelOptions { HttpHandler = Connections(order), DisposeHttpClient = true });

    private static HttpMessageHandler Connections(ServerOrder order) =>
        MemberTls.Connections(NodeCertificate(order), DemoMembers.Marketplace, Anchor(order), TimeProvider.System, TimeSpan.FromSeconds(3), order.Connections);

    private static X509Certificate2 NodeCertificate(ServerOrder order)
    {
        var folder = Path.Combine(order.Certificates, DevelopmentFolder.Node);
        return X509Certificate2.CreateFromPemFile(Path.Combine(folder, NodeFolder.CertificateFile), Path.Combine(folder, NodeFolder.CertificateKeyFile));
    }

    private static X509Certificate2 ProviderCertificate(ServerOrder order) => MemberCertificate(order, DemoMembers.Marketplace);

    private static X509Certificate2 ConsumerCertificate(ServerOrder order) => MemberCertificate(order, DemoMembers.TaxService);

    private static X509Certificate2 MemberCertificate(ServerOrder order, MemberId member)
    {
        var folder = Path.Combine(order.Certificates, member.Value.Split('/')[^1]);
        return X509Certificate2.CreateFromPemFile(Path.Combine(folder, MemberFolder.CertificateFile), Path.Combine(folder, MemberFolder.CertificateKeyFile));
    }

    private static X509Certificate2 Anchor(ServerOrder order) => X509CertificateLoader.LoadCertificateFromFile(Path.Combine(order.Certificates, DevelopmentAuthority.AnchorFile));
}
