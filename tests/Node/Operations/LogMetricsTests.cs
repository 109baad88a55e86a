using System.Diagnostics.Metrics;
using Exchange.Audit;
using Exchange.Node.Telemetry;
using Exchange.Node.Tests.Worlds;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Node.Tests.Operations;

[Collection(SharedWorld.Name)]
public sealed class LogMetricsTests(SomeWorld world)
{
    [Fact]
    public void The_operator_learns_how_many_entries_and_group_commits_there_were()
    {
        var log = world.Node.Host.Parts.GetRequiredService<AuditLog>();
        var meter = world.Node.Host.Parts.GetRequiredService<IMeterFactory>().Create(NodeMetrics.MeterName);
        var found = new Dictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, one) =>
        {
            if (instrument.Meter == meter && instrument.IsObservable)
            {
                one.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, count, _, _) => found[instrument.Name] = count);
        listener.Start();
        var (entries, commits) = ((long)(log.Size - log.Recovery.Size), log.Commits);

        listener.RecordObservableInstruments();

        // The node may append something of its own meanwhile.
        found["exchange.audit.entries"].ShouldBeInRange(entries, (long)(log.Size - log.Recovery.Size));
        found["exchange.audit.commits"].ShouldBeInRange(commits, log.Commits);
        (entries >= commits && commits > 0).ShouldBeTrue();
    }
}
