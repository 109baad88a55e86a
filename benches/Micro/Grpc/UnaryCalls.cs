using System.Security.Cryptography.X509Certificates;
using BenchmarkDotNet.Attributes;
using Exchange.Benches.Load.Clients;
using Exchange.Benches.Load.Servers;
using Microsoft.AspNetCore.Builder;

namespace Exchange.Benches.Micro.Grpc;

/// <summary>One unary call of 1 KB after another over mutual TLS, both sides in this process: time of a round trip and bytes of both sides together.</summary>
public class UnaryCalls
{
    private readonly byte[] _message = new byte[1024];
    private readonly X509Certificate2 _clientCertificate = SelfSigned.Create("client");
    private readonly X509Certificate2 _serverCertificate = SelfSigned.Create("server");
    private readonly List<IEchoClient> _clients = [];
    private readonly List<WebApplication> _servers = [];

    [GlobalSetup]
    public async Task SetupAsync()
    {
        foreach (var kind in Enum.GetValues<ServerKind>())
        {
            var (app, port) = await ServerHost.StartAsync(kind, _serverCertificate, _clientCertificate.RawData);
            _servers.Add(app);
            var address = new Uri($"https://127.0.0.1:{port}");
            _clients.Add(new BareClient(address, Transport.Create(_clientCertificate, _serverCertificate.RawData)));
            _clients.Add(new RuntimeClient(address, Transport.Create(_clientCertificate, _serverCertificate.RawData)));
        }
    }

    [Benchmark(Baseline = true)]
    public Task BareServerBareClient() => _clients[0].AskAsync(_message);

    [Benchmark]
    public Task RuntimeServerBareClient() => _clients[2].AskAsync(_message);

    [Benchmark]
    public Task BareServerRuntimeClient() => _clients[1].AskAsync(_message);

    [Benchmark]
    public Task RuntimeServerRuntimeClient() => _clients[3].AskAsync(_message);

    [GlobalCleanup]
    public async Task CleanupAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        _clientCertificate.Dispose();
        _serverCertificate.Dispose();
    }
}
