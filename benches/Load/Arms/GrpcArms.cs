using System.Security.Cryptography.X509Certificates;
using Exchange.Benches.Load.Clients;
using Exchange.Benches.Load.Rounds;
using Exchange.Benches.Load.Servers;

namespace Exchange.Benches.Load.Arms;

/// <summary>
/// The gRPC runtime against doing the same by hand. Every server with every client, so that what each side adds is seen against the bare
/// counterpart of that side:
/// <code>
///                   bare client        runtime client
///   bare server     the floor          the client's extra
///   runtime server  the server's extra what users have; and once more with generated stubs
/// </code>
/// </summary>
internal sealed class GrpcArms : IAsyncDisposable
{
    public const string Floor = "bare server, bare client";
    public const string OurServer = "runtime server, bare client";
    public const string OurClient = "bare server, runtime client";
    public const string Ours = "runtime server, runtime client";
    public const string OursWithStubs = "runtime, generated stubs";

    private readonly X509Certificate2 _client = SelfSigned.Create("bench client");
    private readonly List<ServerProcess> _servers = [];
    private readonly List<EchoArm> _arms = [];

    public IReadOnlyList<IArm> Arms => _arms;

    public static async Task<GrpcArms> StartAsync(int connections)
    {
        var started = new GrpcArms();
        try
        {
            var bare = await started.ServeAsync(ServerKind.Bare);
            var runtime = await started.ServeAsync(ServerKind.Runtime);
            started.Add(Floor, bare, connections, (server, handler) => new BareClient(server, handler));
            started.Add(OurServer, runtime, connections, (server, handler) => new BareClient(server, handler));
            started.Add(OurClient, bare, connections, (server, handler) => new RuntimeClient(server, handler));
            started.Add(Ours, runtime, connections, (server, handler) => new RuntimeClient(server, handler));
            started.Add(OursWithStubs, runtime, connections, (server, handler) => new StubClient(server, handler), unaryOnly: true);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _arms.ForEach(arm => arm.Dispose());
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        _client.Dispose();
    }

    private async Task<ServerProcess> ServeAsync(ServerKind kind)
    {
        var server = await ServerProcess.StartAsync(kind, _client);
        _servers.Add(server);
        return server;
    }

    private void Add(string name, ServerProcess server, int connections, Func<Uri, SocketsHttpHandler, IEchoClient> connect, bool unaryOnly = false)
    {
        var address = new Uri($"https://127.0.0.1:{server.Greeting.Port}");
        IEchoClient[] clients = [.. Enumerable.Range(0, connections).Select(_ => connect(address, Transport.Create(_client, server.Greeting.Certificate)))];
        _arms.Add(new EchoArm(name, server, clients, unaryOnly));
    }
}
