namespace Exchange.Policy.Model;

/// <summary>What the consumer takes upon itself with the data.</summary>
/// <param name="Retention">How long after issue it may be kept; null: not limited by the rule.</param>
/// <param name="NoOnwardTransfer">Whether it may be passed on to nobody.</param>
/// <param name="MaximumPeriod">The longest period that one request may cover; null: not limited by the rule.</param>
public sealed record Obligations(TimeSpan? Retention = null, bool NoOnwardTransfer = false, TimeSpan? MaximumPeriod = null);
