using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Exchange.Node.Snapshots;
using Exchange.Vocabulary;

namespace Exchange.Node.Telemetry;

/// <summary>The node's figures, OpenTelemetry names and units; tags have few values, and none is a person's or a member's.</summary>
internal sealed class NodeMetrics
{
    internal const string MeterName = "Exchange.Node";

    private readonly Histogram<double> _duration;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _reloads;
    private readonly Counter<long> _sealingAgreements;

    public NodeMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _duration = meter.CreateHistogram<double>("exchange.transfer.duration", "s", "From the request's arrival to the answer, by outcome.");
        _refusals = meter.CreateCounter<long>("exchange.refusals", "{refusal}", "Refused calls, by reason.");
        _reloads = meter.CreateCounter<long>("exchange.reloads", "{reload}", "Times that members, datasets and policy were read again, by outcome.");
        _sealingAgreements = meter.CreateCounter<long>("exchange.sealing.agreements", "{agreement}", "Key agreements with recipients: about one a minute for each that is sealed to.");
    }

    internal void Transferred(long startTimestamp, TimeProvider clock, ErrorCode outcome) =>
        _duration.Record(clock.GetElapsedTime(startTimestamp).TotalSeconds, new KeyValuePair<string, object?>("outcome", ErrorCatalogue.Of(outcome).Reason));

    internal void Reloaded(ReloadOutcome outcome) => _reloads.Add(1, new TagList { { "outcome", JsonNamingPolicy.SnakeCaseLower.ConvertName($"{outcome}") } });

    internal void AgreedOnSealing() => _sealingAgreements.Add(1);

    internal void Refused(ErrorCode code) => _refusals.Add(1, new TagList { { "reason", ErrorCatalogue.Of(code).Reason } });
}
