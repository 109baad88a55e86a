using Exchange.Vocabulary;

namespace Exchange.Audit;

/// <summary>
/// The sequencer's question before an entry gets its place: does what the entry says still hold? Since one thread asks for one entry after
/// another, the order of the log is the order of the answers: no release stands behind a withdrawal that the gate knows of (I5).
/// </summary>
public interface IReleaseGate
{
    /// <summary>
    /// <see cref="ErrorCode.None"/> to let the entry in; anything else rejects it and leaves no trace in the log. Called on the
    /// sequencer's thread: quick, without waiting, without throwing.
    /// </summary>
    ErrorCode Check();
}
