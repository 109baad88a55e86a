using System.Globalization;
using Exchange.Hostile.Tests.Protos;
using Exchange.Hostile.Tests.Requests;
using Exchange.Hostile.Tests.Targets;
using Grpc.Core;
using Grpc.Net.Client;
using Xunit.Abstractions;

namespace Exchange.Hostile.Tests.Responses;

/// <summary>The mirror image: an honest client and a server that answers with anything. A call ends with a message or with an RpcException, always.</summary>
public sealed class MutatedResponseTests(ITestOutputHelper output)
{
    /// <summary>Calls of one channel: enough to meet a connection that an earlier answer has harmed.</summary>
    private const int Calls = 8;

    private const long MostGrowth = 32 * 1024 * 1024;

    [Fact]
    public async Task Mutated_answers_end_in_a_message_or_a_status()
    {
        await using var server = new HostileServer((stream, text) => MutatedAnswer.Make(int.Parse(text, CultureInfo.InvariantCulture), stream));
        var tally = new StatusTally();
        var cases = Math.Max(Calls, HostileSettings.Cases / 10);
        await Volley.FireAsync(Math.Max(Calls, cases / 10), seed => CallAsync(server, seed, new StatusTally()));
        await IsQuietAsync(server);
        var before = MemoryGauge.Read();

        var judged = await Volley.FireAsync(cases, seed => CallAsync(server, seed, tally));

        await IsQuietAsync(server);
        var after = MemoryGauge.Read();
        output.WriteLine($"{judged} answers judged: {tally}; {before}; then {after}");
        (after.Heap - before.Heap).ShouldBeLessThan(MostGrowth);
    }

    private static Task IsQuietAsync(HostileServer server) => Eventually.HoldsAsync(() => server.Connections == 0, () => $"{server.Connections} connections are left");

    private static async Task<int> CallAsync(HostileServer server, int seed, StatusTally tally)
    {
        using var channel = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions { MaxReceiveMessageSize = 256 * 1024 });
        var client = new Target.TargetClient(channel);
        var random = new Random(seed);
        for (var call = 0; call < Calls; call++)
        {
            var shot = new Shot { Text = random.Next().ToString(CultureInfo.InvariantCulture) };
            tally.Count(await (random.Next(4) switch
            {
                0 => AskAsync(client, shot),
                1 => ListenAsync(client, shot),
                2 => TellAsync(client, shot),
                _ => TalkAsync(client, shot),
            }));
        }

        return Calls;
    }

    private static async Task<StatusCode> AskAsync(Target.TargetClient client, Shot shot)
    {
        using var call = client.AskAsync(shot);
        var headers = call.ResponseHeadersAsync;
        var code = await CodeAsync(async () => (await call).ShouldNotBeNull());
        await AgreesAsync(code, headers, () => call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers);
        return code;
    }

    private static async Task<StatusCode> ListenAsync(Target.TargetClient client, Shot shot)
    {
        using var call = client.Listen(shot);
        var headers = call.ResponseHeadersAsync;
        var code = await CodeAsync(async () => await DrainAsync(call.ResponseStream));
        await AgreesAsync(code, headers, () => call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers);
        return code;
    }

    private static async Task<StatusCode> TellAsync(Target.TargetClient client, Shot shot)
    {
        using var call = client.Tell();
        var code = await CodeAsync(async () =>
        {
            await call.RequestStream.WriteAsync(shot);
            await call.RequestStream.CompleteAsync();
            (await call).ShouldNotBeNull();
        });
        await AgreesAsync(code, call.ResponseHeadersAsync, () => call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers);
        return code;
    }

    private static async Task<StatusCode> TalkAsync(Target.TargetClient client, Shot shot)
    {
        using var call = client.Talk();
        var code = await CodeAsync(async () =>
        {
            await call.RequestStream.WriteAsync(shot);
            await call.RequestStream.CompleteAsync();
            await DrainAsync(call.ResponseStream);
        });
        await AgreesAsync(code, call.ResponseHeadersAsync, () => call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers);
        return code;
    }

    private static async Task DrainAsync(IAsyncStreamReader<Hit> hits)
    {
        while (await hits.MoveNext(CancellationToken.None))
        {
            hits.Current.ShouldNotBeNull();
        }
    }

    /// <summary>How a call ended; whatever is not an RpcException goes through and is a finding.</summary>
    private static async Task<StatusCode> CodeAsync(Func<Task> call)
    {
        try
        {
            await call();
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            ((int)e.StatusCode).ShouldBeInRange(1, 16);
            e.Trailers.ShouldNotBeNull();
            return e.StatusCode;
        }
    }

    /// <summary>All that a call says of its end says the same, as often as it is asked.</summary>
    private static async Task AgreesAsync(StatusCode code, Task<Metadata> headers, Func<Task<Metadata>> again, Func<Status> status, Func<Metadata> trailers)
    {
        status().StatusCode.ShouldBe(code);
        trailers().ShouldNotBeNull();
        foreach (var asked in new[] { headers, again() })
        {
            await CodeAsync(async () => (await asked).ShouldNotBeNull());
        }
    }
}
