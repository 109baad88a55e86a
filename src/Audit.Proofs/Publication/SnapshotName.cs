using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Publication;

/// <summary>How files are named that hold what entries name by digest: the kind, a hyphen, SHA-256 of the content in hexadecimal.</summary>
public static class SnapshotName
{
    /// <summary>Policies.</summary>
    public const string Policy = "policy";

    /// <summary>Member registries.</summary>
    public const string Registry = "members";

    /// <summary>Descriptor sets of datasets.</summary>
    public const string Descriptors = "dataset";

    /// <summary>Reports of what a change widened or narrowed.</summary>
    public const string Change = "change";

    /// <summary>The file's name.</summary>
    public static string Of(string kind, in Digest digest) => $"{kind}-{digest}";
}
