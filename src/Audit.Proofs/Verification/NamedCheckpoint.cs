using Exchange.Audit.Proofs.Checkpoints;
using Exchange.Audit.Proofs.Notes;

namespace Exchange.Audit.Proofs.Verification;

/// <summary>A checkpoint that a log is held against.</summary>
/// <param name="File">Where it stands, for reports.</param>
/// <param name="Note">The note with its signatures.</param>
/// <param name="Checkpoint">What it says.</param>
public sealed record NamedCheckpoint(string File, SignedNote Note, Checkpoint Checkpoint)
{
    /// <summary>Reads a checkpoint; null, with the reason, when it is none.</summary>
    public static NamedCheckpoint? Read(string file, ReadOnlySpan<byte> bytes, out string problem) =>
        SignedNote.TryParse(bytes, out var note, out problem) && Checkpoint.TryParse(note.Text, out var checkpoint, out problem)
            ? new(file, note, checkpoint)
            : null;
}
