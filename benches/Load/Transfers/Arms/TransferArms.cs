using System.Text.Json;
using Exchange.Benches.Load.Rounds;
using Exchange.Benches.Load.Servers;
using Exchange.Benches.Load.Transfers.Clients;
using Exchange.Benches.Load.Transfers.Servers;
using Exchange.Benches.Load.Transfers.Worlds;
using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Vocabulary;
using Grpc.Net.Client;

namespace Exchange.Benches.Load.Transfers.Arms;

/// <summary>
/// Four ways to the same provider, and the governed one once more with a client that opens and checks:
/// <code>
///   direct     client ─────────────▶ provider
///   nginx      client ─▶ nginx ────▶ provider      reads nothing
///   relay      client ─▶ relay ────▶ provider      our server and client, reads nothing
///   governed   client ─▶ node ─────▶ provider      decides, minimises, seals, records, then releases
/// </code>
/// </summary>
internal sealed class TransferArms : IAsyncDisposable
{
    public const string Direct = "direct";
    public const string PassThrough = "nginx";
    public const string Relay = "relay";
    public const string Governed = "governed";
    public const string Opened = "opened and checked";

    /// <summary>All of them, in the order of the table.</summary>
    public static readonly string[] Names = [Direct, PassThrough, Relay, Governed, Opened];

    private readonly TransferWorld _world;
    private readonly List<IAsyncDisposable> _servers = [];
    private readonly List<IDisposable> _channels = [];
    private readonly List<IArm> _arms = [];
    private readonly Dictionary<(int, int), byte[]> _answers = [];
    private ExchangeClient? _client;

    private TransferArms(TransferWorld world) => _world = world;

    public IReadOnlyList<IArm> Arms => _arms;

    /// <summary>The governed arm's node.</summary>
    public NodeServer Node { get; private set; } = null!;

    /// <summary>Null where it is not installed.</summary>
    public Nginx? Nginx { get; private set; }

    /// <summary>What they all run in.</summary>
    public TransferWorld World => _world;

    /// <summary>The node's call to the provider, without the node.</summary>
    public BareCaller Caller { get; private set; } = null!;

    /// <summary>Starts everything; when it returns, every arm can be asked.</summary>
    /// <param name="connections">Of every arm, on either side of what stands between.</param>
    /// <param name="say">Where it says what it had to leave out.</param>
    /// <param name="passThrough">Whether nginx takes part, where it is installed.</param>
    /// <param name="profilesAllocations">Whether the node says at its end which types it allocated.</param>
    public static async Task<TransferArms> StartAsync(int connections, Action<string> say, bool passThrough = true, bool profilesAllocations = false)
    {
        var started = new TransferArms(await TransferWorld.CreateAsync());
        try
        {
            await started.OpenAsync(connections, say, passThrough, profilesAllocations);
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
        if (_client is not null)
        {
            await _client.DisposeAsync();
        }

        _channels.ForEach(channel => channel.Dispose());
        foreach (var server in Enumerable.Reverse(_servers))
        {
            await server.DisposeAsync();
        }

        await _world.DisposeAsync();
    }

    private async Task OpenAsync(int connections, Action<string> say, bool passThrough, bool profilesAllocations)
    {
        var order = new ServerOrder(_world.Certificates, _world.Demo.NodeConfiguration, null, connections);
        var provider = Keep(await ServerProcess.StartAsync(ServerKind.Provider, JsonSerializer.Serialize(order)));
        var address = new Uri($"https://127.0.0.1:{provider.Greeting.Port}");
        _world.NameProvider(address, connections);

        var relay = Keep(await ServerProcess.StartAsync(ServerKind.Relay, JsonSerializer.Serialize(order with { Provider = address })));
        Caller = Keep(await BareCaller.StartAsync(order with { Provider = address }));
        NodeServer? node = null;
        await _world.Demo.StartNodeAsync(async _ => node = await NodeServer.StartAsync(order with { ProfilesAllocations = profilesAllocations }));
        Node = node!;
        await _world.GiveConsentsAsync();

        AddRaw(Direct, [provider], Connect(provider.Greeting.Port, DemoMembers.Marketplace, connections));
        if (passThrough && Servers.Nginx.IsInstalled)
        {
            var nginx = Nginx = Keep(await Servers.Nginx.StartAsync(_world.Folder, _world.Certificates, provider.Greeting.Port));
            AddRaw(PassThrough, [nginx, provider], await ConnectToBothWorkersAsync(nginx, connections));
        }
        else if (passThrough)
        {
            say("nginx is neither on the PATH nor in /usr/sbin, so its arm is left out.");
        }

        AddRaw(Relay, [relay, provider], Connect(relay.Greeting.Port, DemoMembers.Node, connections));
        var options = _world.Consumer(connections);
        _arms.Add(new RawArm(Governed, [node!, provider], Connect(options.Node.Port, DemoMembers.Node, connections), RawFetch.Governed, Questions.OfNode, CheckEnvelope));
        _client = ExchangeClient.Connect(options);
        _arms.Add(new OpeningArm(Opened, [node!, provider], _client));
    }

    private void AddRaw(string name, IReadOnlyList<IMeasuredProcess> processes, GrpcChannel channel) =>
        _arms.Add(new RawArm(name, processes, channel, RawFetch.Provider, Questions.OfProvider, CheckAnswer));

    /// <summary>The kernel deals connections out to the workers by their ports; this asks until both have some, so that nginx has its two cores.</summary>
    private async Task<GrpcChannel> ConnectToBothWorkersAsync(Nginx nginx, int connections)
    {
        const int attempts = 50;
        const int calls = 200;
        const double least = 0.3;
        for (var attempt = 0; ; attempt++)
        {
            var channel = Connect(nginx.Port, DemoMembers.Node, connections, keep: false);
            var before = nginx.WorkerMicroseconds;
            var invoker = channel.CreateCallInvoker();
            for (var call = 0; call < calls; call++)
            {
                using var asked = invoker.AsyncUnaryCall(RawFetch.Provider, null, default, Questions.OfProvider(BenchOrders.Sizes[0], call));
                (await asked).Dispose();
            }

            var used = nginx.WorkerMicroseconds.Zip(before, (now, then) => now - then).ToArray();
            if (used.Min() > least * used.Sum())
            {
                _channels.Add(channel);
                return channel;
            }

            channel.Dispose();
            if (attempt == attempts)
            {
                throw new InvalidOperationException("nginx serves with one worker alone.");
            }
        }
    }

    private GrpcChannel Connect(int port, MemberId server, int connections, bool keep = true)
    {
        var channel = _world.Connect(port, server, connections);
        if (keep)
        {
            _channels.Add(channel);
        }

        return channel;
    }

    private void CheckAnswer(ReadOnlySpan<byte> answer, int size, int number)
    {
        byte[]? expected;
        lock (_answers)
        {
            if (!_answers.TryGetValue((size, number), out expected))
            {
                _answers[(size, number)] = expected = BenchOrders.Answer(BenchOrders.Customer(size, number), size);
            }
        }

        if (!answer.SequenceEqual(expected))
        {
            throw new InvalidDataException($"{answer.Length} bytes came that the provider did not send.");
        }
    }

    /// <summary>An envelope that stays closed can only be looked at from outside; the arm that opens looks inside.</summary>
    internal static void CheckEnvelope(ReadOnlySpan<byte> answer, int size, int number)
    {
        const byte envelopeKey = 0x0A;
        if (answer.Length < size / 2 || answer[0] != envelopeKey)
        {
            throw new InvalidDataException($"{answer.Length} bytes came that are no envelope.");
        }
    }

    private T Keep<T>(T server)
        where T : IAsyncDisposable
    {
        _servers.Add(server);
        return server;
    }
}
