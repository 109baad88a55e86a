namespace Exchange.Audit;

/// <summary>A durable entry as it stands in the log.</summary>
/// <param name="Index">Its place.</param>
/// <param name="Bytes">The serialised AuditEntry.</param>
public readonly record struct StoredEntry(ulong Index, ReadOnlyMemory<byte> Bytes);
