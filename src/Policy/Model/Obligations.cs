namespace Exchange.Policy.Model;

/// <summary>What the consumer takes upon itself with the data, and what the node holds it to.</summary>
/// <param name="Retention">How long after issue it may be kept; null: not limited by the rule.</param>
/// <param name="NoOnwardTransfer">Whether it may be passed on to nobody.</param>
/// <param name="MaximumPeriod">The longest period that one request may cover; null: not limited by the rule.</param>
/// <param name="Frequency">How many fetches, first pages counted, of one subject, or of the rule where records are about nobody; null: not limited by the rule.</param>
/// <param name="MinimumContributors">Cells with fewer people behind them are suppressed; there exactly if the basis is statistics.</param>
public sealed record Obligations(
    TimeSpan? Retention = null,
    bool NoOnwardTransfer = false,
    TimeSpan? MaximumPeriod = null,
    Allowance? Frequency = null,
    int? MinimumContributors = null);
