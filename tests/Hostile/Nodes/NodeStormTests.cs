using System.Diagnostics;
using System.Net;
using System.Net.Security;
using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Format.V1;
using Exchange.Hostile.Tests.Http2;
using Exchange.Hostile.Tests.Mutations;
using Exchange.Hostile.Tests.Requests;
using Exchange.Hostile.Tests.Targets;
using Exchange.Identity;
using Exchange.Node.Operations;
using Exchange.Node.Tests.Worlds;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace Exchange.Hostile.Tests.Nodes;

/// <summary>
/// The same against a whole node, through mutual TLS, with the certificate of a member in good standing: afterwards the node answers a proper
/// fetch, its log verifies, and the log has not grown by what was fired.
/// </summary>
public sealed class NodeStormTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly SomeWorld _world = new() { Quota = "{requests_per_second: 5, burst: 5}" };

    public Task InitializeAsync() => _world.InitializeAsync();

    public Task DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_node_outlives_a_storm_of_its_own_member_and_its_log_tells_of_it_in_counts()
    {
        var options = _world.OptionsOf(DemoMembers.TaxService);
        using var handler = MemberTls.Handler(options.Certificate, options.NodeId, options.Anchor, options.Clock, TimeSpan.FromSeconds(30));
        var before = MemoryGauge.Read();
        var size = _world.Log.Size;
        var shots = Math.Max(1, HostileSettings.Cases / 20);

        var judged = await Volley.FireAsync(shots, async seed => await FireAsync(await ConnectAsync(handler.SslOptions), seed));
        var flooded = await FloodAsync(handler.SslOptions, Math.Max(100, shots / 10));
        await _world.Node.Host.Parts.GetRequiredService<NodeLife>().AggregateAsync();

        var grown = _world.Log.Size - size;
        var entries = _world.Log.ReadBackwards().Take((int)grown).Select(stored => AuditEntry.Parser.ParseFrom(stored.Bytes.Span)).ToList();
        var counted = entries.Where(entry => entry.Kind == EntryKind.RefusalsAggregated).Sum(entry => (long)entry.Count);
        output.WriteLine($"{judged} mutated calls and frames, {flooded} floods over TLS: {grown} entries, {counted} refusals counted in {entries.Count(entry => entry.Kind == EntryKind.RefusalsAggregated)} of them; {before}; then {MemoryGauge.Read()}");
        counted.ShouldBeGreaterThan(0);
        ((long)grown).ShouldBeLessThan(judged + flooded);
        _world.Node.Log.Lines.Count(line => line.StartsWith("Warning", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal)).ShouldBeLessThan(10);

        await ServesAsync();
        (await VerifyAsync()).ShouldBe(0);
    }

    private static readonly string[] Methods = ["exchange.v1.Transfers/Fetch", "exchange.v1.Transfers/Preview", "exchange.v1.Consents/Give", "grpc.health.v1.Health/Check", "exchange.v1.Transfers/Nothing"];

    /// <summary>One connection: calls whose headers or messages are wrong, then one broken frame.</summary>
    private static async Task<int> FireAsync(RawConnection connection, int seed)
    {
        const int Calls = 8;
        await using var owned = connection;
        var random = new Random(seed);
        var bytes = new List<byte>(RawConnection.Greeting);
        for (var call = 0; call < Calls; call++)
        {
            var headers = HeaderMutator.Proper("/" + Methods[random.Next(Methods.Length)]);
            headers[1] = (":scheme", "https");
            var body = random.Next(2) == 0 ? MessageMutator.Mutated(random) : MessageMutator.Prefixed(ByteMutator.Mutate(random, SomeWorld.RawRequest().ToByteArray()));
            if (random.Next(2) == 0)
            {
                HeaderMutator.Mutate(random, headers);
            }

            CallFrames.Cut(random, (uint)(1 + (2 * call)), HeaderBlock.Encode(headers), body).ForEach(frame => bytes.AddRange(frame.ToBytes()));
        }

        await connection.TrySendAsync(bytes.ToArray());
        var hearing = new Hearing(connection);
        await hearing.UntilAsync(heard => heard.Answers.Count == Calls && heard.Answers.Values.All(answer => answer.IsOver));
        hearing.Closed.ShouldBeFalse($"sound HTTP/2 ended the connection: {hearing.GoAway}");
        await connection.TrySendAsync(FrameMutator.Mutate(random, Frame.Headers(1 + (2 * Calls), HeaderBlock.Encode(HeaderMutator.Proper("/" + Methods[0])))));
        await connection.EndAsync();
        await hearing.ToEndAsync();
        return Calls + 1;
    }

    /// <summary>Sound requests, more than the quota: refused by count.</summary>
    private async Task<int> FloodAsync(SslClientAuthenticationOptions tls, int calls)
    {
        await using var connection = await ConnectAsync(tls);
        await connection.SendAsync(RawConnection.Greeting);
        var hearing = new Hearing(connection);
        for (var call = 0; call < calls; call++)
        {
            var stream = (uint)(1 + (2 * call));
            var headers = HeaderMutator.Proper("/" + Methods[0]);
            headers[1] = (":scheme", "https");
            await connection.SendAsync((byte[])[.. Frame.Headers(stream, HeaderBlock.Encode(headers)).ToBytes(), .. Frame.Data(stream, MessageMutator.Prefixed(SomeWorld.RawRequest().ToByteArray()), end: true).ToBytes()]);
            await hearing.UntilAsync(heard => heard.On(stream).IsOver);
        }

        return calls;
    }

    private async Task<RawConnection> ConnectAsync(SslClientAuthenticationOptions tls) => await RawConnection.OpenAsync(
        _world.Node.Host.EndPoint,
        new SslClientAuthenticationOptions
        {
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            CertificateChainPolicy = tls.CertificateChainPolicy,
            ClientCertificates = tls.ClientCertificates,
            ClientCertificateContext = tls.ClientCertificateContext,
            EnabledSslProtocols = tls.EnabledSslProtocols,
            RemoteCertificateValidationCallback = tls.RemoteCertificateValidationCallback,
            LocalCertificateSelectionCallback = tls.LocalCertificateSelectionCallback,
            TargetHost = "localhost",
        });

    /// <summary>A proper fetch is answered; the quota that the storm used up fills again.</summary>
    private async Task ServesAsync()
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                (await _world.Tax.FetchAsync(SomeWorld.Ask())).Records.Count.ShouldBe(_world.OrdersOf(SomeWorld.Citizen).Count);
                return;
            }
            catch (ExchangeRefusedException e) when (e.Reason == "RATE_EXCEEDED" && Stopwatch.GetElapsedTime(started) < HostileSettings.Hang)
            {
                await Task.Delay(e.RetryAfter ?? TimeSpan.FromSeconds(1));
            }
        }
    }

    private async Task<int> VerifyAsync()
    {
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "exchange-verify.dll"), "log", _world.World.LogFolder, "--key", _world.World.ReceiptKeyFile, "--origin", DemoMembers.Origin])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        output.WriteLine((await process.StandardOutput.ReadToEndAsync()).Trim());
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
