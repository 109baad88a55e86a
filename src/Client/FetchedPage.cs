using Exchange.Format.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Client;

/// <summary>One page: opened, with its receipt checked. Keep <see cref="EnvelopeBytes"/>: they are the evidence.</summary>
public sealed class FetchedPage
{
    internal FetchedPage(Envelope envelope, TransferHeader header, Payload payload, ByteString nextPageToken)
    {
        EnvelopeBytes = envelope.ToByteArray();
        Header = header;
        Records = payload.Records;
        Answers = payload.Answers;
        Terms = payload.Terms;
        Receipt = envelope.Receipt;
        NextPageToken = nextPageToken;
    }

    /// <summary>The serialised Envelope as it came, receipt included; anybody with the keys can open and check it again.</summary>
    public byte[] EnvelopeBytes { get; }

    /// <summary>Who, what, for what, when.</summary>
    public TransferHeader Header { get; }

    /// <summary>The records, minimised, each a serialised message of the dataset.</summary>
    public IReadOnlyList<ByteString> Records { get; }

    /// <summary>The answers, in the order asked, where assertions were asked; then there are no records.</summary>
    public IReadOnlyList<Answer> Answers { get; }

    /// <summary>On which terms; what was withheld and why.</summary>
    public Terms Terms { get; }

    /// <summary>The node's promise that the transfer is in its log.</summary>
    public Receipt Receipt { get; }

    /// <summary>The transfer's id.</summary>
    public TransferId TransferId => TransferId.TryRead(Header.TransferId.Span, out var id) ? id : default;

    /// <summary>Whether more pages follow.</summary>
    public bool HasNext => !NextPageToken.IsEmpty;

    internal ByteString NextPageToken { get; }
}
