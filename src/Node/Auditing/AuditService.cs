using Exchange.Node.Admission;
using Exchange.Node.Refusals;
using Exchange.Node.Telemetry;
using Exchange.V1;
using Grpc.Core;

namespace Exchange.Node.Auditing;

/// <summary>exchange.v1.Audit: the edge between gRPC and the log's readers.</summary>
internal sealed class AuditService(Callers callers, LogProofs proofs, NodeMetrics metrics) : V1.Audit.AuditBase
{
    /// <inheritdoc/>
    public override async Task<GetCheckpointResponse> GetCheckpoint(GetCheckpointRequest request, ServerCallContext context) =>
        Answered(await proofs.CheckpointAsync(callers.Admit(context), request).ConfigureAwait(false));

    /// <inheritdoc/>
    public override async Task<GetConsistencyProofResponse> GetConsistencyProof(GetConsistencyProofRequest request, ServerCallContext context) =>
        Answered(await proofs.ConsistencyAsync(callers.Admit(context), request).ConfigureAwait(false));

    /// <inheritdoc/>
    public override async Task<GetInclusionProofResponse> GetInclusionProof(GetInclusionProofRequest request, ServerCallContext context) =>
        Answered(await proofs.InclusionAsync(callers.Admit(context), request).ConfigureAwait(false));

    private T Answered<T>(in LogAnswer<T> answer)
        where T : class => answer.Response ?? throw Refused(answer.Refusal!);

    private RpcException Refused(Refusal refusal)
    {
        metrics.Refused(refusal.Code);
        return RefusalStatus.ToException(refusal);
    }
}
