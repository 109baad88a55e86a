using Exchange.Audit.Proofs.Publication;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Verification;

/// <summary>Looks up what entries name by digest, each once: the file must be there, and its bytes must have the digest.</summary>
/// <param name="files">Where it is kept.</param>
internal sealed class SnapshotPresence(IPublishedFiles files)
{
    /// <summary>Largest file that is read; a policy or descriptor set is far smaller.</summary>
    private const int MaximumBytes = 64 * 1024 * 1024;

    // As many as there are files: the first that is missing ends the verification.
    private readonly HashSet<(string Kind, Digest Digest)> _found = [];

    /// <summary>Things that were there.</summary>
    internal int Found => _found.Count;

    /// <summary>What is wrong with the thing that an entry names; null when nothing is.</summary>
    internal string? Missing(in NamedDigest named)
    {
        var (kind, what) = named.Field switch
        {
            AuditEntry.PolicyDigestFieldNumber => (SnapshotName.Policy, "policy"),
            AuditEntry.RegistryDigestFieldNumber => (SnapshotName.Registry, "member registry"),
            AuditEntry.DescriptorDigestFieldNumber => (SnapshotName.Descriptors, "descriptor set"),
            _ => (SnapshotName.Change, "change report"),
        };
        if (_found.Contains((kind, named.Digest)))
        {
            return null;
        }

        var name = SnapshotName.Of(kind, named.Digest);
        if (files.Read($"{PublishedPath.Snapshots}/{name}", MaximumBytes) is not { } content)
        {
            return $"the {what} that it names is not here: {PublishedPath.Snapshots}/{name}";
        }

        if (Digest.Of(content.Span) != named.Digest)
        {
            return $"the {what} that it names was changed: {PublishedPath.Snapshots}/{name} has another digest than its name";
        }

        _found.Add((kind, named.Digest));
        return null;
    }
}
