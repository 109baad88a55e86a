using Exchange.Datasets.Purchases.V1;
using Exchange.Samples.Marketplace.Books;
using Exchange.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Exchange.Samples.Marketplace;

/// <summary>
/// What a marketplace implements to take part: one method. It answers about its own customer, oldest order first, in pages.
/// It may send whole records: the node passes on only what policy and consent permit.
/// </summary>
public sealed class MarketplaceProvider(MarketplaceOptions options) : Provider.ProviderBase
{
    private const string Dataset = "purchases.v1";
    private const string CustomerScheme = "customer";
    private const int DefaultPageSize = 100;
    private const int LargestPage = 1000;

    // A length-delimited field that promises more bytes than follow.
    private static readonly ByteString Torn = ByteString.CopyFrom(0x0A, 0x7F, 0x31);

    /// <inheritdoc/>
    public override async Task<ProviderFetchResponse> Fetch(ProviderFetchRequest request, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        if (options.Others.TryGetValue(request.Dataset, out var answer))
        {
            return await answer(request);
        }

        var (query, book) = (Read(request), options.Book);
        return options.Misbehaves(query.Customer) switch
        {
            Misbehaviour.WrongSubject => Answer(book.Read(query with { Customer = AnotherThan(query.Customer) })),
            Misbehaviour.MalformedRecord => new ProviderFetchResponse { Records = { Torn } },
            Misbehaviour.OutsidePeriod => Answer(book.Read(query with { Start = 0, End = query.Start })),
            Misbehaviour.InvalidRecord => Answer(WithLowerCase(book.Read(query))),
            Misbehaviour.Slow => await NeverAsync(context.CancellationToken),
            Misbehaviour.Down => throw new RpcException(new Status(StatusCode.Unavailable, "The order book is out of order.")),
            Misbehaviour.Refuses => throw Invalid("This marketplace does not like the question."),
            Misbehaviour.Busy => throw new RpcException(new Status(StatusCode.ResourceExhausted, "Too many questions.")),
            Misbehaviour.Huge => new ProviderFetchResponse { Records = { ByteString.CopyFrom(new byte[8 * 1024 * 1024]) } },
            _ => Answer(book.Read(query)),
        };
    }

    private static OrderQuery Read(ProviderFetchRequest request)
    {
        if (request.Dataset != Dataset)
        {
            throw Invalid($"This marketplace serves {Dataset}, not '{request.Dataset}'.");
        }

        if (request.Subject?.Scheme != CustomerScheme)
        {
            throw Invalid($"This marketplace knows its customers by the scheme '{CustomerScheme}'.");
        }

        OrderCursor? after = null;
        if (!request.PageToken.IsEmpty)
        {
            after = OrderCursor.TryParse(request.PageToken.Span, out var cursor) ? cursor : throw Invalid("The page token is not one of this marketplace.");
        }

        var pageSize = request.PageSize == 0 ? DefaultPageSize : (int)Math.Min(request.PageSize, LargestPage);
        return new OrderQuery(request.Subject.Value, request.Period?.Start ?? 0, request.Period?.End ?? 0, pageSize, after);
    }

    private static ProviderFetchResponse Answer(OrderPage page)
    {
        var response = new ProviderFetchResponse();
        foreach (var order in page.Orders)
        {
            response.Records.Add(order.ToByteString());
        }

        if (page.Next is { } next)
        {
            response.NextPageToken = ByteString.CopyFrom(next.ToToken());
        }

        return response;
    }

    private static OrderPage WithLowerCase(OrderPage page)
    {
        var orders = page.Orders.Select(order => order.Clone()).ToList();
        orders.ForEach(order => order.Total.CurrencyCode = "rub");
        return page with { Orders = orders };
    }

    private string AnotherThan(string customer) => options.Book.Customers.First(other => other != customer);

    private static async Task<ProviderFetchResponse> NeverAsync(CancellationToken cancellation)
    {
        await Task.Delay(Timeout.Infinite, cancellation);
        throw new OperationCanceledException(cancellation);
    }

    private static RpcException Invalid(string message) => new(new Status(StatusCode.InvalidArgument, message));
}
