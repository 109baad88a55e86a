using System.Security.Cryptography;
using Exchange.Audit.Proofs.Notes;

namespace Exchange.Audit;

/// <summary>The keys that a log signs with. They stay the caller's, and are used by the log alone while it is open.</summary>
/// <param name="Receipt">Signs the group commits, on P-256.</param>
public sealed record AuditLogKeys(ECDsa Receipt)
{
    /// <summary>Sign the checkpoints, all of them each; named by the log's origin.</summary>
    public IReadOnlyList<INoteSigner> Checkpoints { get; init; } = [];
}
