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
    internal FetchedPage Inspect(FetchRequest request, uint expectedPage, FetchResponse response)
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

        var fault = receipts.Fault(envelope.Receipt, opened.ObjectDigest) ?? Mismatch(request, expectedPage, response, opened.Header) ?? Mismatch(request, opened.Payload);
        return fault is null
            ? new FetchedPage(envelope, opened.Header, opened.Payload, response.NextPageToken)
            : throw new ExchangeEvidenceException($"The envelope's evidence does not hold: {fault}.", envelope.ToByteArray());
    }

    /// <summary>What the sealed header says counts: a node that drops the page token must not shorten an answer unnoticed.</summary>
    private static string? Mismatch(FetchRequest request, uint expectedPage, FetchResponse response, TransferHeader header) =>
        header.RequestId != request.RequestId ? "it answers another request"
        : header.Origin != request.NodeOrigin ? "it is of another node"
        : header.Provider != request.Provider || header.Dataset != request.Dataset || header.Purpose != request.Purpose ? "it is about another provider, dataset or purpose"
        : header.PageNumber != expectedPage ? $"it is page {header.PageNumber}, and {expectedPage} was asked for"
        : header.LastPage != response.NextPageToken.IsEmpty ? "header and page token disagree on whether more pages follow"
        : null;

    /// <summary>Each answer answers a question, and each question is answered or said to be withheld.</summary>
    private static string? Mismatch(FetchRequest request, Payload payload)
    {
        var answered = payload.Answers.Select(answer => answer.Assertion).ToHashSet(StringComparer.Ordinal);
        var withheld = payload.Terms.Withheld.Select(field => field.Path);
        return answered.Count != payload.Answers.Count || !answered.IsSubsetOf(request.Assertions) ? "it answers what was not asked"
            : request.Assertions.Count > 0 && !answered.Union(withheld).ToHashSet(StringComparer.Ordinal).SetEquals(request.Assertions) ? "it leaves a question open"
            : request.Assertions.Count > 0 && payload.Records.Count > 0 ? "it holds records, and answers were asked for"
            : payload.Answers.Any(answer => answer.Verdict is < Verdict.True or > Verdict.Undecided) ? "it answers with neither yes, no nor undecided"
            : null;
    }
}
