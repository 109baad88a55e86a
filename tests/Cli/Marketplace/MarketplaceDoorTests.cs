using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Exchange.Cli.Certs;
using Exchange.Datasets.Purchases.V1;
using Exchange.Samples.Marketplace;
using Exchange.Samples.Marketplace.Books;
using Exchange.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Exchange.Cli.Tests.Marketplace;

public sealed class MarketplaceDoorTests : IAsyncLifetime
{
    private const string NodeId = "spiffe://exchange.test/ops/node-1";
    private const string MarketplaceId = "spiffe://exchange.test/market/sample";

    private readonly DevelopmentAuthority _authority = DevelopmentAuthority.Create("exchange.test", TimeProvider.System);
    private readonly SampleBook _book = new(seed: 3, new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));
    private MarketplaceHost _marketplace = null!;

    public async Task InitializeAsync() => _marketplace = await MarketplaceHost.StartAsync(new MarketplaceOptions
    {
        Book = _book,
        Certificate = _authority.Issue(new CertificateProfile { Uris = [MarketplaceId], Server = true }),
        Anchor = _authority.Anchor,
        NodeId = NodeId,
        Misbehaves = customer => customer switch
        {
            "1001" => Misbehaviour.WrongSubject,
            "1002" => Misbehaviour.MalformedRecord,
            "1003" => Misbehaviour.OutsidePeriod,
            "1004" => Misbehaviour.Down,
            "1005" => Misbehaviour.Slow,
            _ => Misbehaviour.None,
        },
    });

    public async Task DisposeAsync()
    {
        await _marketplace.DisposeAsync();
        _authority.Dispose();
    }

    [Fact]
    public async Task The_node_is_served_in_pages_that_make_the_book()
    {
        List<Order> orders = [];
        var token = ByteString.Empty;
        do
        {
            var page = await AskAsync(Query("1006", pageSize: 2, token));
            orders.AddRange(page.Records.Select(Order.Parser.ParseFrom));
            token = page.NextPageToken;
        }
        while (!token.IsEmpty);

        orders.ShouldBe(OrderBookTests.ReadAll(_book, "1006", 100));
    }

    [Theory]
    [InlineData("spiffe://exchange.test/gov/tax-service")]
    [InlineData("spiffe://exchange.test/ops/node-2")]
    [InlineData("spiffe://exchange.test/ops/node-1/x")]
    public async Task Nobody_else_is_let_in(string caller) =>
        await ShouldBeShutOutAsync(_authority.Issue(new CertificateProfile { Uris = [caller] }));

    [Fact]
    public async Task Neither_is_a_second_name_another_anchor_or_a_server_that_calls()
    {
        using var other = DevelopmentAuthority.Create("exchange.test", TimeProvider.System);

        await ShouldBeShutOutAsync(_authority.Issue(new CertificateProfile { Uris = [NodeId, MarketplaceId] }));
        await ShouldBeShutOutAsync(other.Issue(new CertificateProfile { Uris = [NodeId] }));
        await ShouldBeShutOutAsync(_authority.Issue(new CertificateProfile { Uris = [NodeId], Client = false, Server = true }));
        await ShouldBeShutOutAsync(certificate: null);
    }

    [Fact]
    public async Task It_misbehaves_as_asked()
    {
        (await AskAsync(Query("1001"))).Records.Select(Order.Parser.ParseFrom).ShouldAllBe(order => order.CustomerId != "1001");
        var malformed = (await AskAsync(Query("1002"))).Records.ShouldHaveSingleItem();
        Should.Throw<InvalidProtocolBufferException>(() => Order.Parser.ParseFrom(malformed));
        (await Should.ThrowAsync<RpcException>(AskAsync(Query("1004")))).StatusCode.ShouldBe(StatusCode.Unavailable);

        var start = new DateTimeOffset(2026, 9, 1, 0, 0, 0, TimeSpan.Zero);
        var early = await AskAsync(Query("1003", start: start.ToUnixTimeMilliseconds() * 1000));
        early.Records.Select(Order.Parser.ParseFrom).ShouldAllBe(order => order.OrderedAt.ToDateTimeOffset() < start);
        early.Records.ShouldNotBeEmpty();

        using var impatience = new CancellationTokenSource();
        var slow = AskAsync(Query("1005"), cancellation: impatience.Token);
        await AskAsync(Query("1006"));
        slow.IsCompleted.ShouldBeFalse();
        await impatience.CancelAsync();
        (await Should.ThrowAsync<RpcException>(slow)).StatusCode.ShouldBe(StatusCode.Cancelled);
    }

    [Fact]
    public async Task What_it_does_not_serve_is_said()
    {
        var wrong = new[]
        {
            new ProviderFetchRequest(Query("1006")) { Dataset = "parcels.v1" },
            new ProviderFetchRequest(Query("1006")) { Subject = new Subject { Scheme = "inn", Value = "1006" } },
            new ProviderFetchRequest(Query("1006")) { Subject = null },
            Query("1006", token: ByteString.CopyFromUtf8("nonsense")),
        };
        foreach (var request in wrong)
        {
            (await Should.ThrowAsync<RpcException>(AskAsync(request))).StatusCode.ShouldBe(StatusCode.InvalidArgument);
        }
    }

    private static ProviderFetchRequest Query(string customer, uint pageSize = 0, ByteString? token = null, long start = 0) => new()
    {
        Dataset = "purchases.v1",
        Purpose = "tax-deduction",
        Subject = new Subject { Scheme = "customer", Value = customer },
        Period = new TimeRange { Start = start },
        PageSize = pageSize,
        PageToken = token ?? ByteString.Empty,
    };

    private Task<ProviderFetchResponse> AskAsync(ProviderFetchRequest request, CancellationToken cancellation = default) =>
        AskAsync(request, _authority.Issue(new CertificateProfile { Uris = [NodeId] }), cancellation);

    private async Task<ProviderFetchResponse> AskAsync(ProviderFetchRequest request, X509Certificate2? certificate, CancellationToken cancellation = default)
    {
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            },
        };
        using var channel = GrpcChannel.ForAddress(_marketplace.Endpoint, new GrpcChannelOptions { HttpHandler = handler });
        return await new Provider.ProviderClient(channel).FetchAsync(request, cancellationToken: cancellation);
    }

    private async Task ShouldBeShutOutAsync(X509Certificate2? certificate)
    {
        var fault = await Should.ThrowAsync<RpcException>(AskAsync(Query("1006"), certificate));

        // No answer of the service: the connection never came about.
        fault.StatusCode.ShouldBeOneOf(StatusCode.Unavailable, StatusCode.Internal);
        fault.Trailers.ShouldBeEmpty();
    }
}
