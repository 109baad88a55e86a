using Exchange.Audit;
using Exchange.Node.Telemetry;

namespace Exchange.Node.Auditing;

/// <summary>
/// Signs a checkpoint now and then, if the log has grown: what was signed cannot be taken back, so the interval bounds how much of the log its
/// operator could still rewrite without contradicting himself, receipts apart.
/// </summary>
internal sealed class CheckpointSchedule(AuditLog log, LogCheckpoints checkpoints, NodeConfiguration configuration, TimeProvider clock, ILogger<CheckpointSchedule> logger) : BackgroundService
{
    /// <summary>Signs one now, unless the newest holds everything.</summary>
    internal void Sign()
    {
        try
        {
            if (checkpoints.Newest is not { } newest || LogCheckpoints.Read(newest).Size < log.Size)
            {
                checkpoints.Sign();
            }
        }
        catch (IOException fault)
        {
            NodeLog.CheckpointNotSigned(logger, fault.Message);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(configuration.Checkpoints.Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                Sign();
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping; the last one is signed behind the stop entry.
        }
    }
}
