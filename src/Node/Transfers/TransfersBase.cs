using Exchange.V1;
using Grpc.Core;

namespace Exchange.Node.Transfers;

/// <summary>
/// What the generator would write for exchange.v1.Transfers, with our marshallers (<see cref="FetchMethod"/>): what comes is the
/// transfer, and what leaves its sealed page.
/// </summary>
[BindServiceMethod(typeof(TransfersBase), nameof(BindService))]
internal abstract class TransfersBase
{
    /// <summary>Binds the methods, by the generator's convention.</summary>
    public static void BindService(ServiceBinderBase binder, TransfersBase? service)
    {
        binder.AddMethod(FetchMethod.Fetch, service is null ? null : new UnaryServerMethod<Transfer, SealedPage>(service.Fetch));
        binder.AddMethod(FetchMethod.Preview, service is null ? null : new UnaryServerMethod<PreviewRequest, PreviewResponse>(service.Preview));
    }

    /// <summary>One page about one subject.</summary>
    public abstract Task<SealedPage> Fetch(Transfer transfer, ServerCallContext context);

    /// <summary>What policy would let through.</summary>
    public abstract Task<PreviewResponse> Preview(PreviewRequest request, ServerCallContext context);
}
