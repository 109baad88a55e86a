using Exchange.Audit.Proofs.Verification;

namespace Exchange.Audit;

/// <summary>
/// The log holds something that no crash can have left. The node does not start on it: an operator compares it with its backup and with
/// what receipts and checkpoints elsewhere say.
/// </summary>
public sealed class AuditLogDamagedException(string location, LogProblem problem)
    : IOException($"The audit log in {location} is damaged: {problem}. Nothing was changed; exchange-verify tells more.")
{
    /// <summary>File, offset, entry, and what is wrong.</summary>
    public LogProblem Problem { get; } = problem;
}
