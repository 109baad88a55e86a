using Exchange.Audit.Proofs.Receipts;
using Exchange.Envelopes;
using Exchange.Node.Recording;
using Exchange.Vocabulary;

namespace Exchange.Node.Transfers;

/// <summary>
/// What one fetch releases: an envelope in parts, as the bytes that were hashed. Disposed by the marshaller when it is on the wire, and with it the transfer ends.
/// </summary>
internal sealed class SealedPage(Transfer transfer) : IDisposable
{
    private readonly byte[] _header = new byte[EnvelopeHeader.MaximumSize];
    private int _headerLength;
    private SealingContext? _context;
    private PlaintextWriter? _plaintext;

    internal ReadOnlySpan<byte> Header => _header.AsSpan(0, _headerLength);

    internal ReadOnlySpan<byte> EncapsulatedKey => _context!.EncapsulatedKey.Span;

    internal ReadOnlySpan<byte> Ciphertext => _plaintext!.Ciphertext.Span;

    /// <summary>Set when the entry is durable.</summary>
    internal AppendedEntry Entry { get; set; }

    /// <summary>Empty on the last page.</summary>
    internal byte[] NextPageToken { get; private set; } = [];

    /// <summary>Writes the header and encrypts the finished plaintext in place, under a key and nonce of this transfer alone; returns the digest of the object.</summary>
    internal Digest Seal(EntryFacts facts, PlaintextWriter plaintext, byte[] nextPageToken, SealingContext context, string origin, Instant issued)
    {
        _headerLength = EnvelopeHeader.Write(facts, context, origin, issued, isLast: nextPageToken.Length == 0, _header);
        context.Seal(facts.Id, Header, plaintext.Plaintext, plaintext.Tag);
        (_context, _plaintext, NextPageToken) = (context, plaintext, nextPageToken);
        return ObjectDigest.Compute(Header, EncapsulatedKey, Ciphertext);
    }

    /// <summary>The page is not released after all; its plaintext stays the caller's.</summary>
    internal void Withhold() => (_context, _plaintext, NextPageToken, _headerLength, Entry) = (null, null, [], 0, default);

    /// <inheritdoc/>
    public void Dispose()
    {
        _plaintext?.Dispose();
        Withhold();
        transfer.End();
    }
}
