using System.Collections.Concurrent;
using System.Collections.Frozen;
using Exchange.Node.Connections;
using Grpc.Core;
using Grpc.Health.V1;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Exchange.Node.Operations;

/// <summary>
/// grpc.health.v1 for load balancers (grpc/doc/health-checking.md): serving while the node is ready, not serving from the moment that it is
/// about to stop. Any sound certificate may ask.
/// </summary>
internal sealed class HealthService(Readiness readiness, StopNotice stop, TimeProvider clock) : Health.HealthBase
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>How long a stop waits for watchers to be told; one that does not read must not hold it up.</summary>
    private static readonly TimeSpan TellWithin = TimeSpan.FromSeconds(3);

    /// <summary>The empty name stands for the node as a whole.</summary>
    private static readonly FrozenSet<string> Known = FrozenSet.Create(StringComparer.Ordinal, string.Empty, V1.Transfers.Descriptor.FullName, V1.Consents.Descriptor.FullName, V1.Audit.Descriptor.FullName);

    private readonly ConcurrentDictionary<TaskCompletionSource, byte> _watchers = new();
    private volatile Look? _last;

    /// <inheritdoc/>
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) => Known.Contains(request.Service)
        ? Task.FromResult(new HealthCheckResponse { Status = Status() })
        : throw new RpcException(new Status(StatusCode.NotFound, "unknown service"));

    /// <inheritdoc/>
    public override Task<HealthListResponse> List(HealthListRequest request, ServerCallContext context)
    {
        var response = new HealthListResponse();
        foreach (var service in Known)
        {
            response.Statuses.Add(service, new HealthCheckResponse { Status = Status() });
        }

        return Task.FromResult(response);
    }

    /// <inheritdoc/>
    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        // A watch ends with its connection's age, and does not hold up the node's stop; its client begins another.
        var ending = context.GetHttpContext().Features.Get<ConnectionLife>()?.Ending ?? CancellationToken.None;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, ending);
        using var wake = CancellationTokenSource.CreateLinkedTokenSource(end.Token, stop.Given);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _watchers.TryAdd(told, 0);
        try
        {
            ServingStatus? last = null;
            while (!end.IsCancellationRequested)
            {
                var isLast = stop.Given.IsCancellationRequested;
                var status = Known.Contains(request.Service) ? Status() : ServingStatus.ServiceUnknown;
                if (status != last)
                {
                    await responseStream.WriteAsync(new HealthCheckResponse { Status = status }).ConfigureAwait(false);
                    last = status;
                }

                if (isLast)
                {
                    told.TrySetResult();
                }

                await Task.Delay(isLast ? Timeout.InfiniteTimeSpan : LookEvery, clock, isLast ? end.Token : wake.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            told.TrySetResult();
            _watchers.TryRemove(told, out _);
        }
    }

    /// <summary>Says NOT_SERVING from now on, and returns when every watcher has been told, or after three seconds.</summary>
    internal async Task StopServingAsync()
    {
        await stop.GiveAsync().ConfigureAwait(false);
        try
        {
            await Task.WhenAll(_watchers.Keys.Select(told => told.Task)).WaitAsync(TellWithin, clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Whoever does not read learns it from the end of the stream.
        }
    }

    /// <summary>Looked up once a second at most: a look signs, and anybody with a sound certificate may ask as often as it likes.</summary>
    private ServingStatus Status()
    {
        if (stop.Given.IsCancellationRequested)
        {
            return ServingStatus.NotServing;
        }

        if (_last is { } last && clock.GetElapsedTime(last.At) < LookEvery)
        {
            return last.Status;
        }

        var status = readiness.Check().All(line => line.Fault is null) ? ServingStatus.Serving : ServingStatus.NotServing;
        _last = new Look(status, clock.GetTimestamp());
        return status;
    }

    private sealed record Look(ServingStatus Status, long At);
}
