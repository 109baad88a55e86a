using Exchange.Format.V1;

namespace Exchange.Audit.Export.Lines;

/// <summary>How the Elastic Common Schema sorts a kind of entry: values of event.category and event.type, of which it allows these only.</summary>
internal readonly record struct EcsEvent(string Category, string[] Types)
{
    private static readonly EcsEvent Configuration = new("configuration", ["change"]);

    internal static EcsEvent Of(ulong kind) => (EntryKind)kind switch
    {
        EntryKind.Released or EntryKind.Delivered => new("api", ["access", "allowed"]),
        EntryKind.Refused or EntryKind.RefusalsAggregated or EntryKind.StrangersAggregated => new("api", ["access", "denied"]),
        EntryKind.Failed => new("api", ["access"]),
        EntryKind.Queued => new("api", ["creation"]),
        EntryKind.Acknowledged => new("api", ["info"]),
        EntryKind.ConsentGiven or EntryKind.ConsentPaused or EntryKind.ConsentResumed or EntryKind.ConsentWithdrawn or EntryKind.ConsentExpired => new("iam", ["change"]),
        EntryKind.SubjectErased => new("iam", ["deletion"]),
        EntryKind.LogRead => new("database", ["access"]),
        EntryKind.EntriesRemoved => new("database", ["deletion"]),
        EntryKind.Started => new("process", ["start"]),
        EntryKind.Stopped => new("process", ["end"]),
        EntryKind.UncleanStopFound => new("process", ["info"]),
        EntryKind.ClockStepped => new("host", ["info"]),
        _ => Configuration,
    };

    /// <summary>success, failure or unknown; null where neither makes sense, such as for a start.</summary>
    internal static string? Outcome(ulong kind) => (EntryKind)kind switch
    {
        EntryKind.Refused or EntryKind.Failed or EntryKind.RefusalsAggregated or EntryKind.StrangersAggregated => "failure",
        EntryKind.Started or EntryKind.Stopped or EntryKind.UncleanStopFound or EntryKind.ClockStepped => null,
        _ => "success",
    };
}
