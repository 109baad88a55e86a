using Exchange.Audit.Proofs.Receipts;
using Exchange.Format.V1;
using Exchange.Vocabulary;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace Exchange.Node.Refusals;

/// <summary>
/// What a caller sees of a refusal: a gRPC status, and in <c>grpc-status-details-bin</c> a google.rpc.Status with ErrorInfo, BadRequest or
/// RetryInfo, Help, and our Refusal with its receipt. Sentences come from the catalogue, so nothing of the subject can slip in (I8).
/// </summary>
internal static class RefusalStatus
{
    private const string DetailsKey = "grpc-status-details-bin";
    /// <summary>Where the reasons are explained, relative to the project.</summary>
    private const string Pages = "docs/errors/";

    private const string TypePrefix = "type.googleapis.com";

    internal static RpcException ToException(Refusal refusal)
    {
        var description = ErrorCatalogue.Of(refusal.Code);
        var message = refusal.Violations.Count == 0
            ? description.Mend
            : $"{refusal.Violations[0].Field}: {refusal.Violations[0].Description}{(refusal.Violations.Count == 1 ? string.Empty : " (and more, see the details)")}";

        var status = new Google.Rpc.Status { Code = (int)description.Status, Message = message };
        status.Details.Add(Pack(new ErrorInfo
        {
            Reason = description.Reason,
            Domain = ErrorCatalogue.Domain,
            Metadata = { ["retryable"] = description.Retryable ? "true" : "false" },
        }));
        if (refusal.Violations.Count > 0)
        {
            var violations = refusal.Violations.Select(violation => new BadRequest.Types.FieldViolation { Field = violation.Field, Description = violation.Description });
            status.Details.Add(Pack(new BadRequest { FieldViolations = { violations } }));
        }

        if (refusal.RetryAfter is { } delay)
        {
            status.Details.Add(Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) }));
        }

        status.Details.Add(Pack(new Help
        {
            Links = { new Help.Types.Link { Description = description.Mend, Url = $"{Pages}{description.Reason}.md" } },
        }));
        if (refusal.Transfer != default)
        {
            // Strangers and floods are only counted: there is no transfer to name.
            status.Details.Add(Pack(new V1.Refusal
            {
                TransferId = ByteString.CopyFrom(refusal.Transfer.ToArray()),
                Reason = description.Reason,
                Receipt = refusal.Entry is { } entry ? Receipt.Parser.ParseFrom(ReceiptWriter.ToArray(entry)) : null,
            }));
        }

        return new RpcException(
            new Grpc.Core.Status((StatusCode)description.Status, message),
            new Metadata { { DetailsKey, status.ToByteArray() } });
    }

    private static Any Pack(IMessage message) => Any.Pack(message, TypePrefix);
}
