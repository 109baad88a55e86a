using Serilog.Core;
using Serilog.Events;

namespace Exchange.Node.Telemetry;

/// <summary>Adds the id of an event, by which docs/operators.md explains it; 0 where an event has none.</summary>
internal sealed class EventNumber : ILogEventEnricher
{
    /// <inheritdoc/>
    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        var number = logEvent.Properties.GetValueOrDefault("EventId") is StructureValue id
            ? id.Properties.FirstOrDefault(property => property.Name == "Id")?.Value
            : null;
        logEvent.AddPropertyIfAbsent(new LogEventProperty(nameof(EventNumber), number ?? new ScalarValue(0)));
    }
}
