using Exchange.Audit;
using Exchange.Node.Consents;
using Exchange.Node.Keys;
using Exchange.Node.Snapshots;

namespace Exchange.Node.Operations;

/// <summary>
/// Whether the node can do its work now: sign, append, store, read policy. A node that says OK while it cannot is worse than one that is
/// down.
/// </summary>
internal sealed class Readiness(AuditLog log, IConsentStore store, SnapshotHolder snapshots, ReceiptKey receiptKey, StopNotice stop)
{
    /// <summary>One line a capability; null where it works, otherwise what is wrong.</summary>
    internal IReadOnlyList<(string Capability, string? Fault)> Check() =>
    [
        ("sign", receiptKey.CanSign() ? null : "the receipt key does not sign"),
        ("append", log.Fault?.Message),
        ("consents", store.IsHealthy ? null : "the consent store could not be written"),
        ("policy", snapshots.Fault ?? (snapshots.Current.Policy.Rules.Length > 0 ? null : "the policy has no rule")),
        .. stop.Given.IsCancellationRequested ? [("serve", "the node is about to stop")] : Array.Empty<(string, string?)>(),
    ];
}
