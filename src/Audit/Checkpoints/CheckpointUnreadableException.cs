namespace Exchange.Audit.Checkpoints;

/// <summary>
/// The newest checkpoint that the log has signed cannot be read. Without it nobody could tell whether the log has lost its end, so the node does
/// not start.
/// </summary>
public sealed class CheckpointUnreadableException(string path, string problem) : IOException(
    $"The checkpoint {path} cannot be read: {problem}. It tells whether the log has lost entries. Put it back from a backup, or from where checkpoints of this "
    + "log are published; when nobody has it, check the log with exchange-verify against the newest receipt or checkpoint that a member holds, and then move the file away.");
