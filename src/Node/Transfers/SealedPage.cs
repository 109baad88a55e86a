using Exchange.Audit.Proofs.Receipts;
using Exchange.Envelopes;

namespace Exchange.Node.Transfers;

/// <summary>
/// What one fetch releases: an envelope in parts, as the bytes that were hashed. Disposed by the marshaller when it is on the wire.
/// </summary>
internal sealed class SealedPage(byte[] header, SealingContext context, PlaintextWriter sealedPlaintext) : IDisposable
{
    internal ReadOnlySpan<byte> Header => header;

    internal ReadOnlySpan<byte> EncapsulatedKey => context.EncapsulatedKey.Span;

    internal ReadOnlySpan<byte> Ciphertext => sealedPlaintext.Ciphertext.Span;

    /// <summary>Set when the entry is durable.</summary>
    internal AppendedEntry? Entry { get; set; }

    /// <summary>Empty on the last page.</summary>
    internal byte[] NextPageToken { get; set; } = [];

    /// <inheritdoc/>
    public void Dispose() => sealedPlaintext.Dispose();
}
