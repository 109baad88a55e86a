using Exchange.Node.Identity;
using Exchange.Node.Refusals;
using Exchange.Node.Telemetry;
using Exchange.Vocabulary;
using Grpc.Core;

namespace Exchange.Node.Admission;

/// <summary>
/// The door of every service: who calls, and whether its quota lets it. Strangers and floods are counted, and stand in the log as one entry
/// with a count, without receipts.
/// </summary>
internal sealed class Callers(MemberQuotas quotas, RefusalCounts counts, NodeMetrics metrics)
{
    /// <summary>The calling member.</summary>
    /// <exception cref="RpcException">Nobody that the registry knows, or a member beyond its quota.</exception>
    internal Member Admit(ServerCallContext context)
    {
        var member = context.GetHttpContext().Features.Get<MemberConnection>()?.Member;
        if (member is null)
        {
            counts.CountStranger();
            metrics.Refused(ErrorCode.MemberUnknown);
            throw RefusalStatus.ToException(new Refusal(ErrorCode.MemberUnknown, default, null, []));
        }

        if (!quotas.TryTake(member, out var retryAfter))
        {
            counts.CountMember(member.Id);
            metrics.Refused(ErrorCode.RateExceeded);
            throw RefusalStatus.ToException(new Refusal(ErrorCode.RateExceeded, default, null, [], retryAfter));
        }

        return member;
    }
}
