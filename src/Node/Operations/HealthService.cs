using Grpc.Core;
using Grpc.Health.V1;

namespace Exchange.Node.Operations;

/// <summary>grpc.health.v1 for load balancers: serving while the node is ready. Any sound certificate may ask.</summary>
internal sealed class HealthService(Readiness readiness, TimeProvider clock) : Health.HealthBase
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) => IsKnown(request.Service)
        ? Task.FromResult(new HealthCheckResponse { Status = Status() })
        : throw new RpcException(new Status(StatusCode.NotFound, "unknown service"));

    /// <inheritdoc/>
    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        HealthCheckResponse.Types.ServingStatus? last = null;
        using var timer = new PeriodicTimer(LookEvery, clock);
        do
        {
            var status = IsKnown(request.Service) ? Status() : HealthCheckResponse.Types.ServingStatus.ServiceUnknown;
            if (status != last)
            {
                await responseStream.WriteAsync(new HealthCheckResponse { Status = status }).ConfigureAwait(false);
                last = status;
            }
        }
        while (await timer.WaitForNextTickAsync(context.CancellationToken).ConfigureAwait(false));
    }

    private static bool IsKnown(string service) => service is "" or "exchange.v1.Transfers" or "exchange.v1.Consents";

    private HealthCheckResponse.Types.ServingStatus Status() => readiness.Check().All(line => line.Fault is null)
        ? HealthCheckResponse.Types.ServingStatus.Serving
        : HealthCheckResponse.Types.ServingStatus.NotServing;
}
