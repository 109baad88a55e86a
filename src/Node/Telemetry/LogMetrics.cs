using System.Diagnostics.Metrics;
using Exchange.Audit;

namespace Exchange.Node.Telemetry;

/// <summary>What the audit log has done since the start, as it counts itself: nothing is added to an append for it.</summary>
internal sealed class LogMetrics
{
    public LogMetrics(IMeterFactory meters, AuditLog log)
    {
        var meter = meters.Create(NodeMetrics.MeterName);
        meter.CreateObservableCounter("exchange.audit.entries", () => (long)(log.Size - log.Recovery.Size), "{entry}", "Entries made durable since the start.");
        meter.CreateObservableCounter("exchange.audit.commits", () => log.Commits, "{commit}", "Group commits since the start: one signature and one sync each.");
    }
}
