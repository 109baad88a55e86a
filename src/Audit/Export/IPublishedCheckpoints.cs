using Exchange.Audit.Proofs.Notes;

namespace Exchange.Audit.Export;

/// <summary>The signed checkpoints of a log that are kept.</summary>
public interface IPublishedCheckpoints
{
    /// <summary>The newest; null while there is none.</summary>
    SignedNote? Newest { get; }

    /// <summary>The sizes of those that are kept, ascending, the newest among them.</summary>
    IEnumerable<ulong> Kept { get; }

    /// <summary>The one of a size; null when none is kept.</summary>
    SignedNote? Of(ulong size);
}
