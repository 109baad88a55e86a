using Exchange.Node.Admission;
using Exchange.Node.Connections;
using Exchange.Node.Identity;
using Exchange.Node.Refusals;
using Exchange.Node.Telemetry;
using Exchange.V1;
using Exchange.Vocabulary;
using Grpc.Core;

namespace Exchange.Node.Auditing;

/// <summary>exchange.v1.Audit: the edge between gRPC and the log's readers.</summary>
internal sealed class AuditService(Callers callers, LogProofs proofs, LogSearch search, LogExport export, NodeMetrics metrics, ILogger<AuditService> logger) : V1.Audit.AuditBase
{
    /// <inheritdoc/>
    public override async Task<QueryLogResponse> Query(QueryLogRequest request, ServerCallContext context) =>
        await AnswerAsync((member, asked) => search.QueryAsync(member, asked, context.CancellationToken), callers.Admit(context), request).ConfigureAwait(false);

    /// <inheritdoc/>
    public override async Task<GetEntryResponse> GetEntry(GetEntryRequest request, ServerCallContext context) =>
        await AnswerAsync((member, asked) => search.EntryAsync(member, asked, context.CancellationToken), callers.Admit(context), request).ConfigureAwait(false);

    /// <inheritdoc/>
    public override async Task<GetCheckpointResponse> GetCheckpoint(GetCheckpointRequest request, ServerCallContext context) =>
        await AnswerAsync(proofs.CheckpointAsync, callers.Admit(context), request).ConfigureAwait(false);

    /// <inheritdoc/>
    public override async Task<GetConsistencyProofResponse> GetConsistencyProof(GetConsistencyProofRequest request, ServerCallContext context) =>
        await AnswerAsync(proofs.ConsistencyAsync, callers.Admit(context), request).ConfigureAwait(false);

    /// <inheritdoc/>
    public override async Task<GetInclusionProofResponse> GetInclusionProof(GetInclusionProofRequest request, ServerCallContext context) =>
        await AnswerAsync(proofs.InclusionAsync, callers.Admit(context), request).ConfigureAwait(false);

    /// <inheritdoc/>
    public override async Task Export(ExportLogRequest request, IServerStreamWriter<ExportedPart> responseStream, ServerCallContext context)
    {
        // An export ends with its connection's age and does not hold up the node's stop: the reader goes on where it was, on another connection.
        var ending = context.GetHttpContext().Features.Get<ConnectionLife>()?.Ending ?? CancellationToken.None;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, ending);
        try
        {
            if (await export.SendAsync(callers.Admit(context), request, responseStream.WriteAsync, end.Token).ConfigureAwait(false) is { } refusal)
            {
                throw Refused(refusal);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            throw Refused(new Refusal(ErrorCode.ShuttingDown, default, null, []));
        }
        catch (IOException fault) when (!context.CancellationToken.IsCancellationRequested)
        {
            NodeLog.LogNotRead(logger, fault.Message);
            throw Refused(new Refusal(ErrorCode.StoreUnavailable, default, null, []));
        }
    }

    /// <summary>A log that cannot be read is no reason to say nothing: the operator gets the cause, the caller a refusal.</summary>
    private async Task<TAnswer> AnswerAsync<TRequest, TAnswer>(Func<Member, TRequest, ValueTask<LogAnswer<TAnswer>>> ask, Member member, TRequest request)
        where TAnswer : class
    {
        try
        {
            var answer = await ask(member, request).ConfigureAwait(false);
            return answer.Response ?? throw Refused(answer.Refusal!);
        }
        catch (IOException fault)
        {
            NodeLog.LogNotRead(logger, fault.Message);
            throw Refused(new Refusal(ErrorCode.StoreUnavailable, default, null, []));
        }
    }

    private RpcException Refused(Refusal refusal)
    {
        metrics.Refused(refusal.Code);
        return RefusalStatus.ToException(refusal);
    }
}
