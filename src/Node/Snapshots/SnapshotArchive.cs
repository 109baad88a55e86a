namespace Exchange.Node.Snapshots;

/// <summary>
/// Keeps every policy and registry that was ever in force, by digest, so that an entry which names one can be understood years later.
/// </summary>
internal sealed class SnapshotArchive(string folder)
{
    internal void Keep(NodeSnapshot snapshot)
    {
        NodeFiles.CreateFolder(folder);
        Keep($"policy-{snapshot.Policy.Digest}", snapshot.Policy.Content);
        Keep($"members-{snapshot.Registry.Digest}", snapshot.Registry.Content);
    }

    /// <summary>Written whole and synced under another name first: a file of this name is always the whole content.</summary>
    private void Keep(string name, ReadOnlyMemory<byte> content)
    {
        var path = Path.Combine(folder, name);
        if (File.Exists(path))
        {
            return;
        }

        var unfinished = path + ".new";
        using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
        {
            file.Write(content.Span);
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }
}
