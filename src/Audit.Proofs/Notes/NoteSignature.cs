namespace Exchange.Audit.Proofs.Notes;

/// <summary>One signature line of a note.</summary>
/// <param name="Name">The key's name.</param>
/// <param name="KeyId">The key's short number; names and numbers together tell keys apart, no more.</param>
/// <param name="Bytes">What the key made of the text.</param>
public sealed record NoteSignature(string Name, uint KeyId, ReadOnlyMemory<byte> Bytes);
