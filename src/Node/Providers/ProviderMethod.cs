using Exchange.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Exchange.Node.Providers;

/// <summary>exchange.v1.Provider/Fetch as the node calls it: the request generated, the answer left in one pooled buffer.</summary>
internal static class ProviderMethod
{
    internal static readonly Method<ProviderFetchRequest, ProviderAnswer> Fetch = new(
        MethodType.Unary,
        "exchange.v1.Provider",
        "Fetch",
        Marshallers.Create<ProviderFetchRequest>(
            static (request, context) =>
            {
                context.SetPayloadLength(request.CalculateSize());
                request.WriteTo(context.GetBufferWriter());
                context.Complete();
            },
            static _ => throw new NotSupportedException("The node does not serve this method.")),
        Marshallers.Create<ProviderAnswer>(
            static (_, _) => throw new NotSupportedException("The node does not serve this method."),
            static context => ProviderAnswer.Read(context.PayloadAsReadOnlySequence())));
}
