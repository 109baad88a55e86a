using System.Globalization;
using Exchange.Audit.Proofs.Tiles;

namespace Exchange.Audit.Proofs.Publication;

/// <summary>
/// Where things stand in a published log, whether a folder that was exported or what a node serves: docs/audit-format.md, "The published log".
/// Hash tiles and entry bundles are named by <see cref="TileAddress"/>.
/// </summary>
public static class PublishedPath
{
    /// <summary>The newest signed checkpoint.</summary>
    public const string Checkpoint = "checkpoint";

    /// <summary>The folder of earlier checkpoints that are kept.</summary>
    public const string Checkpoints = "checkpoints";

    /// <summary>The folder of batch records.</summary>
    public const string Batches = "batches";

    /// <summary>The folder of policies, registries, descriptor sets and change reports that entries name by digest.</summary>
    public const string Snapshots = "snapshots";

    /// <summary>The folder of public keys. They are there to be compared: a key found beside the log proves nothing.</summary>
    public const string Keys = "keys";

    /// <summary>Which entry has which consent's key; for authorised auditors only, and never served.</summary>
    public const string Linkage = "linkage";

    /// <summary>Entries whose groups share a file of batch records.</summary>
    public const ulong EntriesPerBatchFile = 65_536;


    /// <summary>An earlier checkpoint that is kept: <c>checkpoints/00000000000000070000</c>.</summary>
    public static string CheckpointOf(ulong size) => string.Create(CultureInfo.InvariantCulture, $"{Checkpoints}/{size:D20}");

    /// <summary>The file of batch records of the groups that begin with one of the same 65,536 entries: <c>batches/x001/234</c>.</summary>
    public static string BatchesOf(ulong index) => $"{Batches}/{PathNumber.Of(index / EntriesPerBatchFile)}";
}
