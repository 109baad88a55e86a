using Exchange.Audit.Proofs.Receipts;
using Exchange.Vocabulary;

namespace Exchange.Node.Refusals;

/// <summary>A transfer or act that did not happen: a decision, not a fault.</summary>
/// <param name="Code">Why, as recorded; what the caller sees is in the catalogue, where causes that depend on the subject look alike.</param>
/// <param name="Transfer">Its id in the log.</param>
/// <param name="Entry">Where it stands in the log; null when it could not be logged, or was only counted.</param>
/// <param name="Violations">What is wrong with the request.</param>
/// <param name="RetryAfter">When a retry may succeed.</param>
internal sealed record Refusal(
    ErrorCode Code,
    TransferId Transfer,
    AppendedEntry? Entry,
    IReadOnlyList<Violation> Violations,
    TimeSpan? RetryAfter = null);
