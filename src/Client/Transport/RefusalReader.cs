using System.Net.Sockets;
using System.Security.Authentication;
using Exchange.Client.Evidence;
using Exchange.Vocabulary;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace Exchange.Client.Transport;

/// <summary>Makes of a failed call what the node said: reason, violations, and the refusal's receipt, checked.</summary>
internal sealed class RefusalReader(ReceiptInspector receipts, ExchangeClientOptions options)
{
    private const string DetailsKey = "grpc-status-details-bin";

    /// <summary>What the caller gets to see of a failed call.</summary>
    /// <exception cref="ExchangeEvidenceException">The refusal's receipt does not hold.</exception>
    internal ExchangeRefusedException Read(RpcException exception)
    {
        // A handshake that this side breaks off is UNAVAILABLE in one gRPC runtime and INTERNAL in another; for us it is the former.
        var status = Causes(exception).Any(cause => cause is AuthenticationException) ? CallStatus.Unavailable : (CallStatus)exception.StatusCode;
        if (Details(exception) is not { } details)
        {
            // Nobody who knows us answered: the connection, a proxy, or the call's own end.
            var reason = status == CallStatus.Unavailable ? "UNREACHABLE" : status == CallStatus.DeadlineExceeded ? "TIMED_OUT" : "UNKNOWN";
            return new ExchangeRefusedException(reason, status, status == CallStatus.Unavailable ? NoConnection(exception) : exception.Status.Detail, exception) { Retryable = status is CallStatus.Unavailable or CallStatus.DeadlineExceeded };
        }

        var info = Unpack<ErrorInfo>(details) ?? new ErrorInfo();
        var refusal = Unpack<V1.Refusal>(details);
        if (refusal?.Receipt is { } receipt && receipts.Fault(receipt, Digest.Zero) is { } fault)
        {
            throw new ExchangeEvidenceException($"The node refused ({info.Reason}), and the refusal's evidence does not hold: {fault}.", null, exception);
        }

        return new ExchangeRefusedException(info.Reason, status, details.Message, exception)
        {
            Retryable = info.Metadata.TryGetValue("retryable", out var retryable) && retryable == "true",
            RetryAfter = Unpack<RetryInfo>(details)?.RetryDelay?.ToTimeSpan(),
            Violations = [.. (Unpack<BadRequest>(details)?.FieldViolations ?? []).Select(violation => KeyValuePair.Create(violation.Field, violation.Description))],
            Transfer = refusal is not null && TransferId.TryRead(refusal.TransferId.Span, out var transfer) ? transfer : null,
            Receipt = refusal?.Receipt,
        };
    }

    // Which mistake it was decides whom to ask: the operator, or whoever wrote client.yaml.
    private string NoConnection(RpcException exception)
    {
        foreach (var cause in Causes(exception))
        {
            switch (cause)
            {
                case AuthenticationException:
                    return $"No handshake with {options.Node}: its certificate must bear {options.NodeId}, chain to the pinned anchor and be in time. Compare node, node_id and anchor with what the operator says.";
                case SocketException socket:
                    return $"No connection with {options.Node}: {socket.Message}. Is the address right, and does the node run?";
            }
        }

        return $"{exception.Status.Detail} It was with {options.Node}; if this happens every time, the node may not take the certificate: it must chain to the anchor in the registry, and be for clients and in time.";
    }

    private static IEnumerable<Exception> Causes(RpcException exception)
    {
        for (var cause = exception.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }

    private static Google.Rpc.Status? Details(RpcException exception)
    {
        try
        {
            return exception.Trailers.GetValueBytes(DetailsKey) is { } bytes ? Google.Rpc.Status.Parser.ParseFrom(bytes) : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static T? Unpack<T>(Google.Rpc.Status details)
        where T : class, IMessage<T>, new() => details.Details.FirstOrDefault(any => any.Is(new T().Descriptor))?.Unpack<T>();
}
