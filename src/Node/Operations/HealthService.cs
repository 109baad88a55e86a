using Grpc.Core;
using Grpc.Health.V1;

namespace Exchange.Node.Operations;

/// <summary>grpc.health.v1 for load balancers: serving while the node is ready. Any sound certificate may ask.</summary>
internal sealed class HealthService(Readiness readiness, IHostApplicationLifetime life, TimeProvider clock) : Health.HealthBase
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private volatile Look? _last;

    /// <inheritdoc/>
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) => IsKnown(request.Service)
        ? Task.FromResult(new HealthCheckResponse { Status = Status() })
        : throw new RpcException(new Status(StatusCode.NotFound, "unknown service"));

    /// <inheritdoc/>
    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        // A watcher must not hold up the node's stop.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, life.ApplicationStopping);
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
        while (await IsNextAsync(timer, end.Token).ConfigureAwait(false));
    }

    private static bool IsKnown(string service) => service is "" or "exchange.v1.Transfers" or "exchange.v1.Consents";

    private static async Task<bool> IsNextAsync(PeriodicTimer timer, CancellationToken end)
    {
        try
        {
            return await timer.WaitForNextTickAsync(end).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Looked up once a second at most: a look signs, and anybody with a sound certificate may ask as often as it likes.</summary>
    private HealthCheckResponse.Types.ServingStatus Status()
    {
        if (_last is { } last && clock.GetElapsedTime(last.At) < LookEvery)
        {
            return last.Status;
        }

        var status = readiness.Check().All(line => line.Fault is null)
            ? HealthCheckResponse.Types.ServingStatus.Serving
            : HealthCheckResponse.Types.ServingStatus.NotServing;
        _last = new Look(status, clock.GetTimestamp());
        return status;
    }

    private sealed record Look(HealthCheckResponse.Types.ServingStatus Status, long At);
}
