using Exchange.Envelopes;
using Exchange.Format.V1;
using Exchange.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Client.Evidence;

/// <summary>Opens an answer and checks that it answers the question: the request, the members, the purpose, the page.</summary>
internal sealed class PageInspector(EnvelopeOpener opener, ReceiptInspector receipts)
{
    /// <summary>The page, opened and found to hold.</summary>
    /// <exception cref="ExchangeEvidenceException">Anything does not hold; nothing of the answer may be used.</exception>
    internal FetchedPage Inspect(FetchRequest request, FetchResponse response)
    {
        if (response.Envelope is not { } envelope)
        {
            throw new ExchangeEvidenceException("The answer holds no envelope.");
        }

        OpenedEnvelope opened;
        try
        {
            opened = opener.Open(envelope);
        }
        catch (EnvelopeRejectedException exception)
        {
            throw new ExchangeEvidenceException($"The envelope cannot be opened: {exception.Message}", envelope.ToByteArray(), exception);
        }

        var fault = receipts.Fault(envelope.Receipt, opened.ObjectDigest) ?? Mismatch(request, opened.Header);
        return fault is null
            ? new FetchedPage(envelope, opened.Header, opened.Payload, response.NextPageToken)
            : throw new ExchangeEvidenceException($"The envelope's evidence does not hold: {fault}.", envelope.ToByteArray());
    }

    private static string? Mismatch(FetchRequest request, TransferHeader header) =>
        header.RequestId != request.RequestId ? "it answers another request"
        : header.Origin != request.NodeOrigin ? "it is of another node"
        : header.Provider != request.Provider || header.Dataset != request.Dataset || header.Purpose != request.Purpose ? "it is about another provider, dataset or purpose"
        : null;
}
