using System.Collections.Frozen;
using Exchange.Benches.Load.Transfers.Worlds;
using Exchange.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Exchange.Benches.Load.Transfers.Servers;

/// <summary>
/// The provider of every arm: it knows its answers beforehand, so that what is measured is the way to it. Whoever has a number of six digits
/// and is not listed is a customer too, with an answer of the usual size.
/// </summary>
internal sealed class ProviderServer : ProviderServerBase
{
    private readonly FrozenDictionary<string, byte[]> _answers =
        BenchOrders.Customers().ToFrozenDictionary(one => one.Customer, one => BenchOrders.Answer(one.Customer, one.Size), StringComparer.Ordinal);

    private readonly AnswerTemplate _others = new(BenchOrders.UsualAnswer);

    public override Task<byte[]> Fetch(ProviderFetchRequest request, ServerCallContext context) =>
        Task.FromResult(Answer(request.Subject?.Value ?? string.Empty) ?? throw new RpcException(new Status(StatusCode.NotFound, "No such customer.")));

    private byte[]? Answer(string customer) => _answers.TryGetValue(customer, out var answer) ? answer : _others.About(customer);
}

/// <summary>What the generator would write for exchange.v1.Provider, with an answer that is bytes already.</summary>
[BindServiceMethod(typeof(ProviderServerBase), nameof(Bind))]
internal abstract class ProviderServerBase
{
    private static readonly Method<ProviderFetchRequest, byte[]> Method = new(
        MethodType.Unary,
        "exchange.v1.Provider",
        "Fetch",
        Marshallers.Create<ProviderFetchRequest>(static (_, _) => throw new NotSupportedException(), static context => ProviderFetchRequest.Parser.ParseFrom(context.PayloadAsReadOnlySequence())),
        Marshallers.Create<byte[]>(
            static (answer, context) =>
            {
                context.SetPayloadLength(answer.Length);
                System.Buffers.BuffersExtensions.Write(context.GetBufferWriter(), answer);
                context.Complete();
            },
            static _ => throw new NotSupportedException()));

    public static void Bind(ServiceBinderBase binder, ProviderServerBase? service) =>
        binder.AddMethod(Method, service is null ? null : new UnaryServerMethod<ProviderFetchRequest, byte[]>(service.Fetch));

    public abstract Task<byte[]> Fetch(ProviderFetchRequest request, ServerCallContext context);
}
