namespace Exchange.Audit.Proofs.Notes;

/// <summary>Signs notes.</summary>
public interface INoteSigner
{
    /// <summary>The public half.</summary>
    NoteKey Key { get; }

    /// <summary>The signature of a note's text.</summary>
    ReadOnlyMemory<byte> Sign(ReadOnlySpan<byte> text);
}
