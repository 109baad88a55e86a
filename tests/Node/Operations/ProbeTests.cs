using System.Net;
using Exchange.Cli.Demo.World;
using Exchange.Node.Admission;
using Exchange.Node.Connections;
using Exchange.Node.Tests.Worlds;
using Grpc.Health.V1;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Exchange.Node.Tests.Operations;

[Collection(SharedWorld.Name)]
public sealed class ProbeTests(SomeWorld world)
{
    [Fact]
    public async Task The_operator_learns_that_the_node_lives_and_what_it_can_do()
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://{world.Node.Address.Operations}") };

        (await http.GetStringAsync(new Uri("/livez", UriKind.Relative))).ShouldBe("live\n");
        (await http.GetStringAsync(new Uri("/readyz", UriKind.Relative))).ShouldBe("sign: ok\nappend: ok\nconsents: ok\npolicy: ok\nready\n");
    }

    [Fact]
    public async Task The_operators_door_has_no_service_of_the_exchange()
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://{world.Node.Address.Operations}") };
        using var content = new ByteArrayContent([0, 0, 0, 0, 0]);
        content.Headers.ContentType = new("application/grpc");

        using var response = await http.PostAsync(new Uri("/exchange.v1.Transfers/Fetch", UriKind.Relative), content);

        // Over HTTP/1.1 there is no gRPC at all, and behind it nobody with an identity.
        response.StatusCode.ShouldNotBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_member_gets_no_probe_and_may_ask_for_health()
    {
        using var channel = world.OpenChannel(DemoMembers.TaxService);

        var answer = await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest());

        answer.Status.ShouldBe(HealthCheckResponse.Types.ServingStatus.Serving);
        using var handler = Exchange.Identity.MemberTls.Handler(
            world.OptionsOf(DemoMembers.TaxService).Certificate, DemoMembers.Node, world.World.Authority.Anchor, TimeProvider.System, TimeSpan.FromSeconds(5));
        using var http = new HttpClient(handler) { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await http.GetAsync(new Uri(world.Node.Address.Endpoint, "/readyz"));
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public void The_host_makes_no_activity_for_a_request() =>
        world.Node.Host.Parts.GetRequiredService<ILoggerFactory>().CreateLogger("Microsoft.AspNetCore.Hosting.Diagnostics").IsEnabled(LogLevel.Critical).ShouldBeFalse("it makes one whenever its log would take a line");

    [Fact]
    public void The_nodes_own_log_takes_no_line_of_requests_and_floods_either()
    {
        using var loggers = LoggerFactory.Create(logging =>
        {
            NodeComposition.ToConsole(logging);
            TransportLimits.KeepQuiet(logging);
            UntracedRequests.Configure(logging);
        });

        loggers.CreateLogger("Microsoft.AspNetCore.Hosting.Diagnostics").IsEnabled(LogLevel.Critical).ShouldBeFalse();
        loggers.CreateLogger("Microsoft.AspNetCore.Server.Kestrel.Http2").IsEnabled(LogLevel.Critical).ShouldBeFalse();
        loggers.CreateLogger("Exchange.Node.Anything").IsEnabled(LogLevel.Information).ShouldBeTrue();
    }

    [Fact]
    public void The_node_reads_no_configuration_but_its_own() =>
        world.Node.Host.Parts.GetRequiredService<IConfiguration>().AsEnumerable().ShouldBeEmpty();
}
