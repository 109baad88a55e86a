using Exchange.Documents;
using Exchange.Node.Telemetry;

namespace Exchange.Node.Snapshots;

/// <summary>How a reload ended.</summary>
public enum ReloadOutcome
{
    /// <summary>Every file says what it said.</summary>
    Unchanged,

    /// <summary>The files that changed are in force, and the log says so.</summary>
    Changed,

    /// <summary>There are mistakes in the files; what was in force still is.</summary>
    Refused,

    /// <summary>The files are sound, but the change could not be recorded; it is tried again.</summary>
    NotRecorded,
}

/// <summary>
/// Reads members, datasets and policy again: when the operator says so, and when a poll has seen the files change and then hold still for one
/// interval, so that a file is not read while somebody still writes it. They are understood as one, and the last good ones stay in force.
/// </summary>
internal sealed class SnapshotReload(
    NodeConfiguration configuration, SnapshotHolder holder, SnapshotSwitch change, NodeMetrics metrics, TimeProvider clock, ILogger<SnapshotReload> logger) : BackgroundService
{
    /// <summary>Mistakes that are told one by one; <c>exchange node check</c> names all.</summary>
    private const int MaximumTold = 50;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private SourceFiles _tried = holder.Current.Sources;
    private string? _lastSeen;
    private bool _isUnrecorded;

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _turn.Dispose();
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false); // And never given back: no change after the stop.
    }

    /// <summary>Reads everything now, whether or not it changed.</summary>
    internal async Task<ReloadOutcome> ReloadAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            var outcome = await TakeAsync().ConfigureAwait(false);
            if (outcome == ReloadOutcome.Unchanged)
            {
                NodeLog.NothingChanged(logger);
            }

            return outcome;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (configuration.Reload.Interval == TimeSpan.Zero)
        {
            return;
        }

        using var timer = new PeriodicTimer(configuration.Reload.Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                await PollAsync(stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping; the next start reads everything anyway.
        }
    }

    private async Task PollAsync(CancellationToken stopping)
    {
        await _turn.WaitAsync(stopping).ConfigureAwait(false);
        try
        {
            var seen = _tried.SeeAgain();
            var holdsStill = seen == _lastSeen;
            _lastSeen = seen;
            if (_isUnrecorded || (holdsStill && seen != _tried.Seen()))
            {
                await TakeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<ReloadOutcome> TakeAsync()
    {
        ReloadOutcome outcome;
        try
        {
            outcome = await LoadAsync().ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            // A fault of ours in reading files ends one reload, not the node: what is in force stays. Its message could quote a file.
            NodeLog.ReloadFaulted(logger, fault.GetType().FullName, fault.StackTrace?.TrimStart());
            outcome = ReloadOutcome.Refused;
        }

        metrics.Reloaded(outcome);
        return outcome;
    }

    private async Task<ReloadOutcome> LoadAsync()
    {
        var mistakes = new List<Diagnostic>();
        _tried = new SourceFiles();
        _lastSeen = null;
        var previous = holder.Current;
        if (SnapshotLoader.Load(configuration, previous, _tried, mistakes) is not { } next)
        {
            TellMistakes(mistakes);
            _isUnrecorded = false; // Only other files can change anything now.
            return ReloadOutcome.Refused;
        }

        var difference = SnapshotChange.Between(previous, next);
        if (difference.IsEmpty)
        {
            GiveUpUnrecorded();
            return ReloadOutcome.Unchanged;
        }

        _isUnrecorded = !await change.PutInForceAsync(difference).ConfigureAwait(false);
        return _isUnrecorded ? ReloadOutcome.NotRecorded : ReloadOutcome.Changed;
    }

    /// <summary>What could not be recorded has been taken out of the files again: the present snapshot goes on.</summary>
    private void GiveUpUnrecorded()
    {
        _isUnrecorded = false;
        holder.Reopen();
    }

    private void TellMistakes(List<Diagnostic> mistakes)
    {
        NodeLog.ReloadRefused(logger, mistakes.Count);
        foreach (var mistake in mistakes.Take(MaximumTold))
        {
            NodeLog.ReloadMistake(logger, mistake);
        }
    }
}
