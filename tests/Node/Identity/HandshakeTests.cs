using Exchange.Cli.Certs;
using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Client.Evidence;
using Exchange.Client.Transport;
using Exchange.Node.Tests.Worlds;
using Exchange.Vocabulary;

namespace Exchange.Node.Tests.Identity;

[Collection(SharedWorld.Name)]
public sealed class HandshakeTests(SomeWorld world)
{
    [Fact]
    public async Task A_sound_certificate_that_the_registry_does_not_know_is_unauthenticated()
    {
        await using var stranger = world.World.ConnectAs(DemoMembers.Stranger);

        var refused = await Should.ThrowAsync<ExchangeRefusedException>(() => stranger.FetchAsync(SomeWorld.Ask()));

        refused.Status.ShouldBe(CallStatus.Unauthenticated);
        refused.Reason.ShouldBe("MEMBER_UNKNOWN");
        refused.Receipt.ShouldBeNull();
    }

    [Fact]
    public async Task A_certificate_of_another_anchor_gets_no_handshake()
    {
        using var other = DevelopmentAuthority.Create(DemoMembers.Instance, TimeProvider.System);

        (await RefusedAsync(other.Issue(new CertificateProfile { Uris = [DemoMembers.TaxService.Value], Client = true }))).Reason.ShouldBe("UNREACHABLE");
    }

    [Fact]
    public async Task A_certificate_that_is_not_for_clients_gets_no_handshake() =>
        (await RefusedAsync(world.World.Authority.Issue(new CertificateProfile { Uris = [DemoMembers.TaxService.Value], Client = false, Server = true }))).Reason.ShouldBe("UNREACHABLE");

    [Fact]
    public async Task A_certificate_with_two_names_gets_no_handshake()
    {
        var certificate = world.World.Authority.Issue(new CertificateProfile { Uris = [DemoMembers.TaxService.Value, DemoMembers.Portal.Value], Client = true });
        var options = With(certificate);

        // The client will not even try, so the handshake is made by hand.
        Should.Throw<ArgumentException>(() => ExchangeClient.Connect(options));
        using var channel = Client.Transport.NodeChannel.Open(options);
        var thrown = await Should.ThrowAsync<Grpc.Core.RpcException>(async () => await new V1.Transfers.TransfersClient(channel).FetchAsync(SomeWorld.RawRequest()));
        thrown.StatusCode.ShouldBe(Grpc.Core.StatusCode.Unavailable);
    }

    [Fact]
    public async Task A_client_speaks_to_no_other_node_than_its_own()
    {
        var options = world.OptionsOf(DemoMembers.TaxService);
        await using var client = ExchangeClient.Connect(With(options.Certificate, MemberId.Parse("spiffe://exchange.test/ops/node-2")));

        var refused = await Should.ThrowAsync<ExchangeRefusedException>(() => client.FetchAsync(SomeWorld.Ask()));
        refused.Reason.ShouldBe("UNREACHABLE");
        refused.Message.ShouldContain("must bear spiffe://exchange.test/ops/node-2");
    }

    [Theory]
    [InlineData(Grpc.Core.StatusCode.Unavailable)]
    [InlineData(Grpc.Core.StatusCode.Internal)]
    public void A_failed_handshake_is_told_as_one_whatever_status_the_runtime_gives_it(Grpc.Core.StatusCode status)
    {
        var options = world.OptionsOf(DemoMembers.TaxService);
        var handshake = new HttpRequestException("no connection", new System.Security.Authentication.AuthenticationException("not this name"));
        var receipts = new ReceiptInspector(options.Origin, options.ReceiptKeys, new LargestReceipts(null, options.Clock));

        var refused = new RefusalReader(receipts, options).Read(new Grpc.Core.RpcException(new Grpc.Core.Status(status, "The call failed.", handshake)));

        refused.Reason.ShouldBe("UNREACHABLE");
        refused.Status.ShouldBe(CallStatus.Unavailable);
        refused.Retryable.ShouldBeTrue();
        refused.Message.ShouldContain("must bear " + options.NodeId);
    }

    private async Task<ExchangeRefusedException> RefusedAsync(System.Security.Cryptography.X509Certificates.X509Certificate2 certificate)
    {
        await using var client = ExchangeClient.Connect(With(certificate));
        return await Should.ThrowAsync<ExchangeRefusedException>(() => client.FetchAsync(SomeWorld.Ask()));
    }

    private ExchangeClientOptions With(System.Security.Cryptography.X509Certificates.X509Certificate2 certificate, MemberId? node = null)
    {
        var options = world.OptionsOf(DemoMembers.TaxService);
        return new ExchangeClientOptions
        {
            Node = options.Node,
            NodeId = node ?? options.NodeId,
            Origin = options.Origin,
            Anchor = options.Anchor,
            Certificate = certificate,
            EncryptionKey = options.EncryptionKey,
            ReceiptKeys = options.ReceiptKeys,
        };
    }
}
