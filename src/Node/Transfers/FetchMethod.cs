using Exchange.Audit.Proofs.Receipts;
using Exchange.Format.V1;
using Exchange.Formats;
using Exchange.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Exchange.Node.Transfers;

/// <summary>
/// exchange.v1.Transfers as the node serves it: Fetch's answer goes from the pooled ciphertext straight into the connection's buffer,
/// where generated messages would copy it twice.
/// </summary>
internal static class FetchMethod
{
    internal const string Service = "exchange.v1.Transfers";

    internal static readonly Method<Transfer, SealedPage> Fetch = new(
        MethodType.Unary,
        Service,
        "Fetch",
        Marshallers.Create<Transfer>(static (_, _) => throw new NotSupportedException("The node does not call this method."), static context => Transfer.Of(context.PayloadAsReadOnlySequence())),
        Marshallers.Create<SealedPage>(Write, static _ => throw new NotSupportedException("The node does not call this method.")));

    internal static readonly Method<PreviewRequest, PreviewResponse> Preview = new(
        MethodType.Unary,
        Service,
        "Preview",
        Generated(PreviewRequest.Parser),
        Generated(PreviewResponse.Parser));

    private static Marshaller<T> Generated<T>(MessageParser<T> parser)
        where T : IMessage<T> => Marshallers.Create<T>(
        static (message, context) =>
        {
            context.SetPayloadLength(message.CalculateSize());
            message.WriteTo(context.GetBufferWriter());
            context.Complete();
        },
        context => parser.ParseFrom(context.PayloadAsReadOnlySequence()));

    private static void Write(SealedPage page, SerializationContext context)
    {
        using (page)
        {
            Span<byte> receiptBytes = stackalloc byte[ReceiptWriter.MaximumBytes];
            var receipt = receiptBytes[..ReceiptWriter.Write(receiptBytes, page.Entry)];
            var envelopeSize = FieldSize(page.Header.Length) + FieldSize(page.EncapsulatedKey.Length) + FieldSize(page.Ciphertext.Length) + FieldSize(receipt.Length);
            var size = FieldSize(envelopeSize) + (page.NextPageToken.Length == 0 ? 0 : FieldSize(page.NextPageToken.Length));
            context.SetPayloadLength(size);

            var output = context.GetBufferWriter();
            var writer = new WireWriter(output.GetSpan(size));
            var envelope = new WireWriter(writer.Reserve(FetchResponse.EnvelopeFieldNumber, envelopeSize));
            envelope.Bytes(Envelope.HeaderFieldNumber, page.Header);
            envelope.Bytes(Envelope.EncapsulatedKeyFieldNumber, page.EncapsulatedKey);
            envelope.Bytes(Envelope.CiphertextFieldNumber, page.Ciphertext);
            envelope.Bytes(Envelope.ReceiptFieldNumber, receipt);
            writer.Bytes(FetchResponse.NextPageTokenFieldNumber, page.NextPageToken);
            output.Advance(size);
            context.Complete();
        }
    }

    /// <summary>All field numbers here are below 16, so a key is one byte.</summary>
    private static int FieldSize(int length) => 1 + WireWriter.VarintLength((ulong)length) + length;
}
