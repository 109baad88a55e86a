using Exchange.Audit.Storage;
using Exchange.Vocabulary;

namespace Exchange.Node.Snapshots;

/// <summary>
/// Keeps every policy, registry and descriptor set that was ever in force, and what changed from one to the next, by digest, so that an entry
/// which names one can be understood years later.
/// </summary>
internal sealed class SnapshotArchive(string folder)
{
    /// <summary>Keeps what a snapshot was understood from.</summary>
    /// <exception cref="IOException">Something could not be made durable.</exception>
    internal void Keep(NodeSnapshot snapshot)
    {
        Keep("policy", snapshot.Policy.Digest, snapshot.Policy.Content.Span);
        Keep("members", snapshot.Registry.Digest, snapshot.Registry.Content.Span);
        foreach (var dataset in snapshot.Datasets.Datasets)
        {
            Keep("dataset", dataset.DescriptorDigest, dataset.DescriptorSet.Span);
        }
    }

    /// <summary>Keeps what changed.</summary>
    /// <exception cref="IOException">It could not be made durable.</exception>
    internal void Keep(ChangeReport report) => Keep("change", report.Digest, report.Content.Span);

    /// <summary>A file of this name is always the whole content, so one that is there need not be written again.</summary>
    private void Keep(string kind, in Digest digest, ReadOnlySpan<byte> content)
    {
        var path = Path.Combine(folder, $"{kind}-{digest}");
        if (!File.Exists(path))
        {
            DurableFile.CreateFolder(folder);
            DurableFile.Write(path, content);
        }
    }
}
