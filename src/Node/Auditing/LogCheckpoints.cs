using Exchange.Audit;
using Exchange.Audit.Checkpoints;
using Exchange.Audit.Export;
using Exchange.Audit.Proofs.Checkpoints;
using Exchange.Audit.Proofs.Notes;

namespace Exchange.Node.Auditing;

/// <summary>The checkpoints of the node's log, as those need them who publish or prove something.</summary>
internal sealed class LogCheckpoints(AuditLog log) : IPublishedCheckpoints
{
    /// <inheritdoc/>
    public SignedNote? Newest => Book.Newest;

    /// <inheritdoc/>
    public IEnumerable<ulong> Kept => Book.Kept;

    private CheckpointBook Book => log.Checkpoints ?? throw new InvalidOperationException("The log was opened without a folder of checkpoints.");

    /// <inheritdoc/>
    public SignedNote? Of(ulong size) => Book.Of(size);

    /// <summary>Signs one over everything that is durable.</summary>
    internal SignedNote Sign() => Book.Sign();

    /// <summary>The newest; in a log that has none yet, the first.</summary>
    internal SignedNote NewestOrNew() => Newest ?? Sign();

    /// <summary>The newest if it holds an entry, otherwise a new one that does.</summary>
    internal SignedNote NewestWith(ulong index) => Newest is { } newest && Read(newest).Size > index ? newest : Sign();

    /// <summary>What a note of the log says.</summary>
    internal static Checkpoint Read(SignedNote note) =>
        Checkpoint.TryParse(note.Text, out var checkpoint, out var problem) ? checkpoint : throw new InvalidDataException($"A checkpoint of the log cannot be read: {problem}.");
}
