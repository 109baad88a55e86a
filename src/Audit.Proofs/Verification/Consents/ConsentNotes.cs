using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Exchange.Audit.Proofs.Publication;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Verification.Consents;

/// <summary>
/// Holds consent tags against the linkage file: the tag is <c>HMAC-SHA-384(key, "exchange.consent-tag.v1\0" ‖ origin ‖ transfer id)</c>, so a record
/// that names the wrong key for an entry shows.
/// </summary>
internal sealed class ConsentNotes
{
    private const int TransferIdBytes = 16;

    private readonly byte[] _message;
    private IReadOnlyList<LinkageRecord> _linkage = [];
    private int _next;

    internal ConsentNotes(string origin) => _message = [.. "exchange.consent-tag.v1\0"u8, .. Encoding.UTF8.GetBytes(origin), .. new byte[TransferIdBytes]];

    /// <summary>What happened to consents, in the order of the log.</summary>
    internal List<ConsentEvent> Events { get; } = [];

    /// <summary>Entries of which the consent's key is no longer there.</summary>
    internal long Erased { get; private set; }

    /// <summary>The first entry to which the linkage file does not fit, and why.</summary>
    internal (ulong Index, string What)? Problem { get; private set; }

    /// <summary>Begins a stretch, with the records of its entries.</summary>
    internal void Begin(IReadOnlyList<LinkageRecord> linkage)
    {
        (_linkage, _next, Erased, Problem) = (linkage, 0, 0, null);
        Events.Clear();
    }

    internal void Note(ulong index, EntryKind kind, ReadOnlySpan<byte> transferId, ReadOnlySpan<byte> tag)
    {
        var hasRecord = _next < _linkage.Count && _linkage[_next].Index == index;
        if (!hasRecord)
        {
            Erased += tag.IsEmpty ? 0 : 1;
            return;
        }

        var key = _linkage[_next++].ConsentKey.Span;
        if (tag.IsEmpty || transferId.IsEmpty)
        {
            Problem ??= (index, "the linkage file names a consent for it, and it has none");
            return;
        }

        Span<byte> expected = stackalloc byte[HMACSHA384.HashSizeInBytes];
        transferId.CopyTo(_message.AsSpan(_message.Length - TransferIdBytes));
        HMACSHA384.HashData(key, _message, expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, tag))
        {
            Problem ??= (index, "its consent tag was not made with the key that the linkage file names for it");
        }
        else if (ConsentEvent.Of(kind) is { } effect)
        {
            Events.Add(new ConsentEvent(Name(key), index, effect));
        }
    }

    private static UInt128 Name(ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[Digest.Size];
        Digest.Of(key).CopyTo(hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
