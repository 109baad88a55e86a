using Grpc.Core;

namespace Exchange.Node.Providers;

/// <summary>exchange.v1.Provider/Fetch as the node calls it: the question writes itself, the answer is left in one pooled buffer.</summary>
internal static class ProviderMethod
{
    internal static readonly Method<ProviderQuestion, ProviderAnswer> Fetch = new(
        MethodType.Unary,
        "exchange.v1.Provider",
        "Fetch",
        Marshallers.Create<ProviderQuestion>(
            static (question, context) =>
            {
                var size = question.Size;
                context.SetPayloadLength(size);
                var output = context.GetBufferWriter();
                question.Write(output.GetSpan(size));
                output.Advance(size);
                context.Complete();
            },
            static _ => throw new NotSupportedException("The node does not serve this method.")),
        Marshallers.Create<ProviderAnswer>(
            static (_, _) => throw new NotSupportedException("The node does not serve this method."),
            static context => ProviderAnswer.Read(context.PayloadAsReadOnlySequence())));
}
