using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Client;

/// <summary>An entry of the node's log, as the node shows it; <see cref="AuditClient.ProveAsync"/> shows that it is in the log.</summary>
/// <param name="Index">Its place.</param>
/// <param name="Bytes">The serialised AuditEntry, as it was hashed.</param>
/// <param name="LeafHash">RFC 6962 leaf hash of the bytes, computed here.</param>
/// <param name="Entry">What it says.</param>
public sealed record LogEntry(ulong Index, ReadOnlyMemory<byte> Bytes, Digest LeafHash, AuditEntry Entry);
