namespace Exchange.Audit.Proofs.Verification;

/// <summary>What a witness holds against the log.</summary>
/// <param name="Kind">What sort of thing.</param>
/// <param name="Entry">The first entry that it concerns.</param>
/// <param name="What">One sentence.</param>
internal sealed record Contradiction(LogProblemKind Kind, ulong Entry, string What);
