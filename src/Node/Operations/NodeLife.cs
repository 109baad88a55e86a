using System.Reflection;
using Exchange.Audit;
using Exchange.Format.V1;
using Exchange.Node.Admission;
using Exchange.Node.Auditing;
using Exchange.Node.Recording;
using Exchange.Node.Snapshots;
using Exchange.Node.Telemetry;
using Exchange.Vocabulary;

namespace Exchange.Node.Operations;

/// <summary>
/// Writes the entries about the node itself: its start, its stop, an unclean stop that it found, keys that are others than before, clocks that
/// were set, and now and then what was only counted: refusals, and readings of the log's files.
/// </summary>
internal sealed class NodeLife(
    Recorder recorder,
    AuditLog log,
    SnapshotHolder snapshots,
    KeyChanges keys,
    RefusalCounts counts,
    FileReadings readings,
    CheckpointSchedule checkpoints,
    NodeConfiguration configuration,
    TimeProvider clock,
    ILogger<NodeLife> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    /// <summary>Steps that wait for the log to take entries again; a clock that is set more often than that has the first of them logged.</summary>
    private const int MaximumSteps = 64;

    private readonly ClockWatch _clockWatch = new(clock);
    private readonly Queue<ClockStep> _steps = [];

    /// <summary>The version that start entries bear.</summary>
    internal static string Software { get; } =
        $"exchange/{typeof(NodeLife).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0"}";

    /// <summary>Writes the start entry, after those about keys that are others now, and one about an unclean stop if there was one.</summary>
    /// <exception cref="IOException">The log does not take the start entry: a node that cannot log does not start.</exception>
    internal async Task BeginAsync()
    {
        var outcome = await keys.RecordAsync().ConfigureAwait(false);
        if (outcome == ErrorCode.None && log.Recovery is { IsUnclean: true, IsNew: false } recovery)
        {
            NodeLog.UncleanStopFound(logger, recovery.CutBytes);
            outcome = await WriteAsync(EntryKind.UncleanStopFound, facts => facts.Count = (ulong)recovery.CutBytes).ConfigureAwait(false);
        }

        if (outcome == ErrorCode.None)
        {
            outcome = await WriteAsync(EntryKind.Started, facts => facts.Software = Software).ConfigureAwait(false);
        }

        if (outcome != ErrorCode.None)
        {
            throw new IOException($"The audit log in {configuration.Data} does not take entries ({ErrorCatalogue.Of(outcome).Reason}): {ErrorCatalogue.Of(outcome).Mend}");
        }

        checkpoints.Sign();
    }

    /// <summary>After the last transfer. The last checkpoint holds the stop entry, too.</summary>
    internal async Task EndAsync()
    {
        await LookAtClockAsync().ConfigureAwait(false);
        await AggregateAsync().ConfigureAwait(false);
        await WriteAsync(EntryKind.Stopped, static _ => { }).ConfigureAwait(false);
        checkpoints.Sign();
        NodeLog.NodeStopped(logger, log.Origin, log.Size);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                await LookAtClockAsync().ConfigureAwait(false);
                await AggregateAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping; what was counted since is written at the end.
        }
    }

    /// <summary>
    /// Writes that the clock was set. Behind a clock that was set back by more than the log tolerates no entry can be written, this one neither:
    /// it waits until the clock has caught up with the last entry, and says then what happened.
    /// </summary>
    private async Task LookAtClockAsync()
    {
        if (_clockWatch.Look() is { } noticed)
        {
            NodeLog.ClockStepped(logger, noticed.By, noticed.Expected);
            if (_steps.Count < MaximumSteps)
            {
                _steps.Enqueue(noticed);
            }
        }

        while (_steps.TryPeek(out var step))
        {
            var outcome = await WriteAsync(EntryKind.ClockStepped, facts =>
            {
                (facts.Since, facts.Count) = (step.Expected, (ulong)(step.By.Duration().Ticks / TimeSpan.TicksPerMicrosecond));
                facts.Outcome = step.By < TimeSpan.Zero ? ErrorCode.ClockRanBack : ErrorCode.None;
            }).ConfigureAwait(false);
            if (outcome != ErrorCode.None)
            {
                return;
            }

            _steps.Dequeue();
        }
    }

    /// <summary>Writes what was only counted since the last time.</summary>
    internal async Task AggregateAsync()
    {
        foreach (var (member, count, since) in counts.Take())
        {
            var strangers = member == default;
            var outcome = await WriteAsync(strangers ? EntryKind.StrangersAggregated : EntryKind.RefusalsAggregated, facts =>
            {
                (facts.Count, facts.Since) = (count, since);
                facts.Actor = strangers ? configuration.Id : member;
                facts.Outcome = strangers ? ErrorCode.MemberUnknown : ErrorCode.RateExceeded;
            }).ConfigureAwait(false);
            if (outcome != ErrorCode.None)
            {
                NodeLog.AggregateNotLogged(logger, outcome);
            }
        }

        var read = new EntryFacts(TransferId.New(), snapshots.Current) { Actor = configuration.Id };
        if (readings.TryTake(read) && await recorder.RecordAsync(read).ConfigureAwait(false) is { IsDurable: false } refused)
        {
            readings.PutBack(read);
            NodeLog.AggregateNotLogged(logger, refused.Outcome);
        }
    }

    private async Task<ErrorCode> WriteAsync(EntryKind kind, Action<EntryFacts> complete)
    {
        var facts = new EntryFacts(TransferId.New(), snapshots.Current) { Kind = kind, Actor = configuration.Id };
        complete(facts);
        return (await recorder.RecordAsync(facts).ConfigureAwait(false)).Outcome;
    }
}
