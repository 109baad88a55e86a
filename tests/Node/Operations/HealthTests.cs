using Exchange.Cli.Demo.World;
using Exchange.Node.Tests.Worlds;
using Grpc.Core;
using Grpc.Health.V1;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Exchange.Node.Tests.Operations;

[Collection(SharedWorld.Name)]
public sealed class HealthTests(SomeWorld world)
{
    [Theory]
    [InlineData("")]
    [InlineData("exchange.v1.Transfers")]
    [InlineData("exchange.v1.Consents")]
    public async Task A_service_that_the_node_has_is_serving(string service)
    {
        using var channel = world.OpenChannel(DemoMembers.TaxService);

        (await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest { Service = service })).Status.ShouldBe(ServingStatus.Serving);
    }

    [Fact]
    public async Task A_service_that_the_node_has_not_is_not_found()
    {
        using var channel = world.OpenChannel(DemoMembers.TaxService);
        var health = new Health.HealthClient(channel);

        var thrown = await Should.ThrowAsync<RpcException>(async () => await health.CheckAsync(new HealthCheckRequest { Service = "exchange.v1.Nothing" }));

        thrown.StatusCode.ShouldBe(StatusCode.NotFound);
    }

    [Fact]
    public async Task The_list_names_the_node_and_its_services()
    {
        using var channel = world.OpenChannel(DemoMembers.TaxService);

        var list = await new Health.HealthClient(channel).ListAsync(new HealthListRequest());

        list.Statuses.Keys.Order(StringComparer.Ordinal).ShouldBe(["", "exchange.v1.Audit", "exchange.v1.Consents", "exchange.v1.Transfers"]);
        list.Statuses.Values.ShouldAllBe(status => status.Status == ServingStatus.Serving);
    }

    [Fact]
    public async Task A_watch_of_an_unknown_service_says_so_and_goes_on()
    {
        using var channel = world.OpenChannel(DemoMembers.TaxService);
        var health = new Health.HealthClient(channel);
        using var watching = health.Watch(new HealthCheckRequest { Service = "exchange.v1.Nothing" });

        (await watching.ResponseStream.MoveNext(CancellationToken.None)).ShouldBeTrue();
        watching.ResponseStream.Current.Status.ShouldBe(ServingStatus.ServiceUnknown);
        var next = watching.ResponseStream.MoveNext(CancellationToken.None);
        await health.CheckAsync(new HealthCheckRequest());

        next.IsCompleted.ShouldBeFalse();
        watching.Dispose();
        (await Should.ThrowAsync<RpcException>(() => next)).StatusCode.ShouldBe(StatusCode.Cancelled);
    }
}
