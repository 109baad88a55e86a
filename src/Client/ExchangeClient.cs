using System.Runtime.CompilerServices;
using Exchange.Client.Evidence;
using Exchange.Client.Transport;
using Exchange.Envelopes;
using Exchange.Format.V1;
using Exchange.Identity;
using Exchange.V1;
using Exchange.Vocabulary;
using Google.Protobuf;
using Grpc.Net.Client;

namespace Exchange.Client;

/// <summary>
/// A member's side of the exchange. Every answer is opened and its receipt checked before it is handed out; the largest receipt of the log
/// is remembered. Safe for concurrent use; keep one for the life of the program.
/// </summary>
public sealed class ExchangeClient : IAsyncDisposable
{
    private static readonly TimeSpan RequestLife = TimeSpan.FromMinutes(5);

    private readonly ExchangeClientOptions _options;
    private readonly GrpcChannel _channel;
    private readonly Transfers.TransfersClient _transfers;
    private readonly Consents.ConsentsClient _consents;
    private readonly LargestReceipts _largest;
    private readonly ReceiptInspector _receipts;
    private readonly NodeCalls _calls;
    private readonly EnvelopeOpener? _opener;

    private ExchangeClient(ExchangeClientOptions options, MemberId member)
    {
        _options = options;
        Member = member;
        _channel = NodeChannel.Open(options);
        _transfers = new Transfers.TransfersClient(_channel);
        _consents = new Consents.ConsentsClient(_channel);
        _largest = new LargestReceipts(options.StateFile, options.Clock);
        _receipts = new ReceiptInspector(options.Origin, options.ReceiptKeys, _largest);
        _calls = new NodeCalls(options, new RefusalReader(_receipts, options));
        _opener = options.EncryptionKey is { } key ? new EnvelopeOpener(key, member) : null;
    }

    /// <summary>Who this client is: the URI of its certificate.</summary>
    public MemberId Member { get; }

    /// <summary>Makes a client. The connection is opened by the first call.</summary>
    /// <exception cref="ArgumentException">The certificate names no member.</exception>
    public static ExchangeClient Connect(ExchangeClientOptions options) => CertificateIdentity.TryRead(options.Certificate, out var member)
        ? new ExchangeClient(options, member)
        : throw new ArgumentException("The certificate must bear exactly one URI, a member id such as spiffe://exchange.test/gov/tax.", nameof(options));

    /// <summary>Fetches the first page.</summary>
    /// <exception cref="ExchangeRefusedException">The node refused or was not reached.</exception>
    /// <exception cref="ExchangeEvidenceException">The answer's evidence does not hold.</exception>
    public Task<FetchedPage> FetchAsync(FetchQuery query, CancellationToken cancellationToken = default) =>
        FetchPageAsync(query, ByteString.Empty, 1, cancellationToken);

    /// <summary>Fetches page after page; each is a transfer of its own, decided anew.</summary>
    /// <exception cref="ExchangeRefusedException">The node refused or was not reached.</exception>
    /// <exception cref="ExchangeEvidenceException">An answer's evidence does not hold.</exception>
    public async IAsyncEnumerable<FetchedPage> FetchPagesAsync(FetchQuery query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var token = ByteString.Empty;
        FetchedPage page;
        var number = 0U;
        do
        {
            page = await FetchPageAsync(query, token, ++number, cancellationToken).ConfigureAwait(false);
            token = page.NextPageToken;
            yield return page;
        }
        while (page.HasNext);
    }

    /// <summary>Asks which fields policy would let through, without asking for data. No fields means all of the dataset.</summary>
    /// <exception cref="ExchangeRefusedException">The node refused or was not reached.</exception>
    public async Task<FieldPreview> PreviewAsync(MemberId provider, DatasetId dataset, PurposeId purpose, IReadOnlyList<string> fields, CancellationToken cancellationToken = default)
    {
        var request = new PreviewRequest { Provider = provider.Value, Dataset = dataset.Value, Purpose = purpose.Value, Fields = { fields } };
        var response = await _calls.AnswerAsync(_transfers.PreviewAsync(request, _calls.Options(cancellationToken))).ConfigureAwait(false);
        return new FieldPreview(response.Rule, response.LegalBasis, response.Released, response.Withheld, response.Obligations ?? new Obligations())
        {
            Actions = response.Treatments.ToDictionary(treatment => treatment.Path, treatment => treatment.Action),
            Assertions =
            [
                .. response.Assertions.Select(offer => new AssertionOffer(offer.Name, offer.Expression, offer.WindowDays == 0 ? null : TimeSpan.FromDays(offer.WindowDays))),
            ],
            AssertionBudget = response.AssertionBudget,
        };
    }

    /// <summary>Gives consent on a subject's behalf, as a consent manager.</summary>
    /// <exception cref="ExchangeRefusedException">The node refused or was not reached.</exception>
    public async Task<ConsentConfirmation> GiveConsentAsync(ConsentTerms terms, CancellationToken cancellationToken = default)
    {
        var request = new GiveConsentRequest
        {
            RequestId = NewRequestId(),
            Provider = terms.Provider.Value,
            Consumer = terms.Consumer.Value,
            Dataset = terms.Dataset.Value,
            Purpose = terms.Purpose.Value,
            Fields = { terms.Fields },
            Assertions = { terms.Assertions },
            ValidFrom = terms.ValidFrom?.Microseconds ?? 0,
            ExpireTime = terms.Expire?.Microseconds ?? 0,
            Jurisdiction = terms.Jurisdiction,
            EvidenceDigest = terms.Evidence is { } evidence ? ByteString.CopyFrom(evidence.ToArray()) : ByteString.Empty,
        };
        request.Subject.Add(terms.Subject.Select(name => new Subject { Scheme = name.Key.Value, Value = name.Value }));
        return Confirm(await _calls.AnswerAsync(_consents.GiveAsync(request, _calls.Options(cancellationToken))).ConfigureAwait(false));
    }

    /// <summary>Withdraws a consent. When this returns, no release follows.</summary>
    /// <exception cref="ExchangeRefusedException">The node refused or was not reached.</exception>
    public async Task<ConsentConfirmation> WithdrawConsentAsync(ConsentId consent, CancellationToken cancellationToken = default)
    {
        var request = new WithdrawConsentRequest { RequestId = NewRequestId(), ConsentId = ByteString.CopyFrom(consent.ToArray()) };
        return Confirm(await _calls.AnswerAsync(_consents.WithdrawAsync(request, _calls.Options(cancellationToken))).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _largest.Dispose();
        _opener?.Dispose();
        _channel.Dispose();
        return ValueTask.CompletedTask;
    }

    private static ByteString NewRequestId() => ByteString.CopyFrom(RequestId.New().ToArray());

    private async Task<FetchedPage> FetchPageAsync(FetchQuery query, ByteString pageToken, uint number, CancellationToken cancellationToken)
    {
        var opener = _opener ?? throw new InvalidOperationException("Fetching needs the private key that envelopes are sealed to: set EncryptionKey, or encryption_key in client.yaml.");
        var now = _options.Clock.Now();
        var request = new FetchRequest
        {
            RequestId = NewRequestId(),
            NodeOrigin = _options.Origin,
            IssueTime = now.Microseconds,
            ExpireTime = (now + RequestLife).Microseconds,
            Provider = query.Provider.Value,
            Dataset = query.Dataset.Value,
            Purpose = query.Purpose.Value,
            Subject = query.Scheme is { } scheme ? new Subject { Scheme = scheme.Value, Value = query.Subject ?? string.Empty } : null,
            Fields = { query.Fields },
            Assertions = { query.Assertions },
            Period = query.From is null && query.Until is null ? null : new TimeRange { Start = query.From?.Microseconds ?? 0, End = query.Until?.Microseconds ?? 0 },
            Strict = query.Strict,
            PageSize = (uint)query.PageSize,
            PageToken = pageToken,
        };
        var response = await _calls.AnswerAsync(_transfers.FetchAsync(request, _calls.Options(cancellationToken))).ConfigureAwait(false);
        return new PageInspector(opener, _receipts).Inspect(request, number, response);
    }

    private ConsentConfirmation Confirm(ConsentResponse response)
    {
        if (_receipts.Fault(response.Receipt, Digest.Zero) is { } fault)
        {
            throw new ExchangeEvidenceException($"The node took the consent event, but its evidence does not hold: {fault}.");
        }

        return ConsentId.TryRead(response.ConsentId.Span, out var id)
            ? new ConsentConfirmation(id, response.Revision, response.Receipt)
            : throw new ExchangeEvidenceException("The node answered with a consent id that is not 16 bytes.");
    }
}
