using Exchange.Vocabulary;

namespace Exchange.Audit.Export;

/// <summary>What an export came to.</summary>
public sealed record ExportSummary
{
    /// <summary>The log's name.</summary>
    public required string Origin { get; init; }

    /// <summary>The first entry that is in it.</summary>
    public required ulong From { get; init; }

    /// <summary>The index after the last.</summary>
    public required ulong To { get; init; }

    /// <summary>Entries of the checkpoint that everything is proven into; null for lines, which prove nothing.</summary>
    public ulong? CheckpointSize { get; init; }

    /// <summary>The checkpoint's root.</summary>
    public Digest? CheckpointRoot { get; init; }

    /// <summary>Files that were written now.</summary>
    public required long FilesWritten { get; init; }

    /// <summary>Files that stood there whole already.</summary>
    public required long FilesKept { get; init; }

    /// <summary>Bytes of the files that were written.</summary>
    public required long BytesWritten { get; init; }
}
