namespace Exchange.Benches.Load.Rounds;

/// <summary>What is done in a row of the table.</summary>
/// <param name="Kind">The kind of call.</param>
/// <param name="PayloadBytes">The size of every message.</param>
/// <param name="InFlight">How many workers; each has one call in flight.</param>
/// <param name="Messages">Messages in a stream, one way; 1 for unary calls.</param>
internal sealed record Workload(CallKind Kind, int PayloadBytes, int InFlight, int Messages);
