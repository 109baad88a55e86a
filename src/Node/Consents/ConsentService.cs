using Exchange.Audit.Proofs.Receipts;
using Exchange.Format.V1;
using Exchange.Node.Admission;
using Exchange.Node.Refusals;
using Exchange.Node.Telemetry;
using Exchange.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Exchange.Node.Consents;

/// <summary>exchange.v1.Consents: the edge between gRPC and the consent desk.</summary>
internal sealed class ConsentService(Callers callers, ConsentDesk desk, NodeMetrics metrics) : V1.Consents.ConsentsBase
{
    /// <inheritdoc/>
    public override async Task<ConsentResponse> Give(GiveConsentRequest request, ServerCallContext context) =>
        Answer(await desk.GiveAsync(callers.Admit(context), request).ConfigureAwait(false));

    /// <inheritdoc/>
    public override async Task<ConsentResponse> Withdraw(WithdrawConsentRequest request, ServerCallContext context) =>
        Answer(await desk.WithdrawAsync(callers.Admit(context), request).ConfigureAwait(false));

    private ConsentResponse Answer(in ConsentOutcome outcome)
    {
        if (outcome.Refusal is { } refusal)
        {
            metrics.Refused(refusal.Code);
            throw RefusalStatus.ToException(refusal);
        }

        return new ConsentResponse
        {
            ConsentId = UnsafeByteOperations.UnsafeWrap(outcome.Consent!.Id.ToArray()),
            Revision = (ulong)outcome.Consent.Revision,
            Receipt = Receipt.Parser.ParseFrom(ReceiptWriter.ToArray(outcome.Entry!.Value)),
        };
    }
}

/// <summary>How a consent event ended: a revision with its entry, or a refusal.</summary>
internal readonly record struct ConsentOutcome(ConsentRecord? Consent, AppendedEntry? Entry, Refusal? Refusal);
