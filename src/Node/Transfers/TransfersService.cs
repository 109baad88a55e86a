using Exchange.Node.Admission;
using Exchange.Node.Refusals;
using Exchange.Node.Telemetry;
using Exchange.V1;
using Exchange.Vocabulary;
using Grpc.Core;

namespace Exchange.Node.Transfers;

/// <summary>exchange.v1.Transfers: the edge between gRPC and the pipeline, where decisions become statuses.</summary>
internal sealed class TransfersService(
    Callers callers,
    TransferPipeline pipeline,
    PreviewPipeline preview,
    NodeLimits limits,
    NodeMetrics metrics,
    TimeProvider clock) : TransfersBase
{
    /// <inheritdoc/>
    public override async Task<SealedPage> Fetch(Transfer transfer, ServerCallContext context)
    {
        var started = clock.GetTimestamp();
        var member = callers.Admit(context);
        var deadline = context.Deadline == DateTime.MaxValue ? clock.GetUtcNow().UtcDateTime + limits.Deadline : context.Deadline;
        var refusal = await pipeline.FetchAsync(transfer, member, deadline, context.CancellationToken).ConfigureAwait(false);
        metrics.Transferred(started, clock, refusal?.Code ?? ErrorCode.None);
        if (refusal is not null)
        {
            transfer.End();
            throw Refused(refusal);
        }

        return transfer.Page;
    }

    /// <inheritdoc/>
    public override async Task<PreviewResponse> Preview(PreviewRequest request, ServerCallContext context)
    {
        var (response, refusal) = await preview.PreviewAsync(callers.Admit(context), request).ConfigureAwait(false);
        return response ?? throw Refused(refusal!);
    }

    private RpcException Refused(Refusal refusal)
    {
        metrics.Refused(refusal.Code);
        return RefusalStatus.ToException(refusal);
    }
}
