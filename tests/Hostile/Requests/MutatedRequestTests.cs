using Exchange.Hostile.Tests.Http2;
using Exchange.Hostile.Tests.Targets;
using Xunit.Abstractions;

namespace Exchange.Hostile.Tests.Requests;

/// <summary>
/// Three quarters of the cases are calls with wrong headers and messages, many on a connection; a quarter are broken frames and header blocks,
/// one on a connection, since most cost it. The server answers each or ends its
/// connection, serves others meanwhile, logs no error, and nothing stays behind.
/// </summary>
public sealed class MutatedRequestTests(ITestOutputHelper output)
{
    /// <summary>More than pools and caches take, far less than one leaked buffer a connection would.</summary>
    private const long MostGrowth = 32 * 1024 * 1024;

    [Fact]
    public Task Mutated_calls_are_answered_each_on_its_stream() =>
        FireAsync(3 * HostileSettings.Cases / 4, FireCallsAsync);

    [Fact]
    public Task Mutated_frames_cost_their_sender_a_connection_at_most() =>
        FireAsync(HostileSettings.Cases / 4, FireFramesAsync);

    private static async Task<int> FireCallsAsync(TargetServer server, int seed) =>
        await Firing.CallsAsync(await RawConnection.OpenAsync(server.EndPoint), new MutatedCalls(seed));

    private static async Task<int> FireFramesAsync(TargetServer server, int seed) =>
        await Firing.FramesAsync(await RawConnection.OpenAsync(server.EndPoint), new MutatedFrames(seed));

    private async Task FireAsync(int cases, Func<TargetServer, int, Task<int>> shoot)
    {
        await using var server = await TargetServer.StartAsync();
        await Volley.FireAsync(Math.Max(1, cases / 10), seed => shoot(server, seed)); // Fills the pools.
        await server.IsQuietAsync();
        var before = MemoryGauge.Read();

        var witness = new Witness(server.OpenChannel());
        var judged = await Volley.FireAsync(Math.Max(1, cases), seed => shoot(server, seed));
        await witness.IsServedAsync();
        var answered = witness.Answered;
        await witness.DisposeAsync();

        await server.IsQuietAsync();
        var after = MemoryGauge.Read();
        output.WriteLine($"{judged} cases judged, {server.Service.Served} handlers ran, witness answered {answered} times; {before}; then {after}");
        (after.Heap - before.Heap).ShouldBeLessThan(MostGrowth);
    }
}
