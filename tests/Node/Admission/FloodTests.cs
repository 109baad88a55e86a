using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Format.V1;
using Exchange.Node.Operations;
using Exchange.Node.Tests.Worlds;
using Exchange.Vocabulary;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Node.Tests.Admission;

public sealed class FloodTests : IAsyncLifetime
{
    private const int Calls = 40;
    private readonly SomeWorld _world = new() { Quota = "{requests_per_second: 5, burst: 5}" };

    public Task InitializeAsync() => _world.InitializeAsync();

    public Task DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task What_is_beyond_a_quota_is_refused_with_a_delay_and_stands_in_the_log_as_a_count()
    {
        var refused = 0;
        for (var i = 0; i < Calls; i++)
        {
            try
            {
                await _world.Tax.PreviewAsync(DemoMembers.Marketplace, DemoMembers.Purchases, DemoMembers.TaxDeduction, []);
            }
            catch (ExchangeRefusedException exception)
            {
                exception.Reason.ShouldBe("RATE_EXCEEDED");
                exception.Status.ShouldBe(CallStatus.ResourceExhausted);
                exception.RetryAfter.ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.Zero);
                exception.Receipt.ShouldBeNull();
                refused++;
            }
        }

        await using var stranger = _world.World.ConnectAs(DemoMembers.Stranger);
        for (var i = 0; i < 3; i++)
        {
            await Should.ThrowAsync<ExchangeRefusedException>(() => stranger.FetchAsync(SomeWorld.Ask()));
        }

        await _world.Node.Host.Parts.GetRequiredService<NodeLife>().AggregateAsync();

        refused.ShouldBeGreaterThan(0);
        var entries = _world.Log.ReadBackwards().Select(stored => AuditEntry.Parser.ParseFrom(stored.Bytes.Span)).ToList();
        var flood = entries.Where(entry => entry.Kind == EntryKind.RefusalsAggregated).ShouldHaveSingleItem();
        flood.Actor.ShouldBe(DemoMembers.TaxService.Value);
        flood.Count.ShouldBe((ulong)refused);
        flood.Since.ShouldBeGreaterThan(0);
        entries.Where(entry => entry.Kind == EntryKind.StrangersAggregated).ShouldHaveSingleItem().Count.ShouldBe(3UL);
        entries.ShouldNotContain(entry => entry.Kind == EntryKind.Refused && entry.Outcome == (uint)ErrorCode.RateExceeded);
    }
}
