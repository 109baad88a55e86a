using Serilog.Core;
using Serilog.Events;

namespace Exchange.Node.Telemetry;

/// <summary>Gives each log line its time in UTC, as everything else here has it; the sink's own is the machine's local time.</summary>
internal sealed class UtcTime : ILogEventEnricher
{
    /// <inheritdoc/>
    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory) =>
        logEvent.AddPropertyIfAbsent(propertyFactory.CreateProperty("Utc", logEvent.Timestamp.UtcDateTime));
}
