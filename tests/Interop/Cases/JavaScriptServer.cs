using System.Text.Json;
using Exchange.Identity;
using Exchange.Interop.Tests.Testing;
using Grpc.Core;
using Grpc.Net.Client;

namespace Exchange.Interop.Tests.Cases;

/// <summary>grpc-js as server, and our clients of it; the process starts with the first case that asks.</summary>
public sealed class JavaScriptServer : IAsyncLifetime
{
    private readonly Parties _parties = new();
    private readonly List<GrpcChannel> _channels = [];
    private NodePeer? _server;
    private int _port;
    private int _wirePort;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _channels.ForEach(channel => channel.Dispose());
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _parties.Dispose();
    }

    /// <summary>An invoker of grpc-js; all cases share its connection.</summary>
    internal async Task<CallInvoker> InvokerAsync()
    {
        if (_server is null)
        {
            _server = await StartAsync();
            Connect(_port, Handler());
        }

        return _channels[0].CreateCallInvoker();
    }

    /// <summary>A client of grpc-js.</summary>
    internal async Task<TestService.TestServiceClient> ClientAsync() => new(await InvokerAsync());

    /// <summary>A client of grpc-js, or of the server without gRPC library that judges and sets flags; the handler shows the flags on the wire.</summary>
    internal async Task<(TestService.TestServiceClient Client, WatchingHandler Wire)> WatchedAsync(bool flagged)
    {
        await InvokerAsync();
        var wire = new WatchingHandler(Handler());
        return (new TestService.TestServiceClient(Connect(flagged ? _wirePort : _port, wire)), wire);
    }

    /// <summary>What the server saw of the calls of a case that are still to be told.</summary>
    internal async Task<IReadOnlyList<ServedCall>> ServedAsync(string name, int calls)
    {
        var served = new List<ServedCall>();
        while (served.Count < calls)
        {
            var line = await _server!.HearAsync();
            if (line.GetProperty("case").GetString() == name)
            {
                served.Add(Read(line));
            }
        }

        return served;
    }

    private static ServedCall Read(JsonElement line) => new()
    {
        Case = line.GetProperty("case").GetString()!,
        Method = line.GetProperty("method").GetString()!,
        Peer = line.GetProperty("peer").GetString()!,
        Sizes = [.. line.GetProperty("sizes").EnumerateArray().Select(size => size.GetInt32())],
        Ended = line.GetProperty("ended").GetString()!,
    };

    private SocketsHttpHandler Handler() => MemberTls.Handler(_parties.Client, Parties.ServerId, _parties.Anchor, TimeProvider.System, TimeSpan.FromSeconds(30));

    private GrpcChannel Connect(int port, HttpMessageHandler handler)
    {
        var channel = GrpcChannel.ForAddress($"https://localhost:{port}", new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
        _channels.Add(channel);
        return channel;
    }

    private async Task<NodePeer> StartAsync()
    {
        var server = await NodePeer.StartAsync("server.mjs", _parties.PemOf(_parties.Server));
        var ready = await server.HearAsync();
        (_port, _wirePort) = (ready.GetProperty("port").GetInt32(), ready.GetProperty("wirePort").GetInt32());
        return server;
    }
}

/// <summary>The tests that share one server process.</summary>
[CollectionDefinition(Name)]
public sealed class JavaScriptServerGroup : ICollectionFixture<JavaScriptServer>
{
    internal const string Name = "grpc-js as server";
}
