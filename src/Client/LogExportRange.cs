namespace Exchange.Client;

/// <summary>What to export.</summary>
public sealed record LogExportRange
{
    /// <summary>The first entry.</summary>
    public ulong FirstIndex { get; init; }

    /// <summary>The entry after the last; 0: up to the checkpoint.</summary>
    public ulong EndIndex { get; init; }

    /// <summary>Of which checkpoint; 0: the newest.</summary>
    public ulong CheckpointSize { get; init; }

    /// <summary>With the keys that tell which entries are of one consent; for auditors.</summary>
    public bool Linkage { get; init; }
}

/// <summary>What an export has come to.</summary>
/// <param name="CheckpointSize">Entries of the checkpoint into which everything is proven.</param>
/// <param name="Files">Files that were written by this call.</param>
/// <param name="Bytes">Their bytes.</param>
public sealed record LogExportResult(ulong CheckpointSize, long Files, long Bytes);
