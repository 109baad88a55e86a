using System.Buffers.Binary;
using Exchange.Format.V1;

namespace Exchange.Audit.Proofs.Verification.Consents;

/// <summary>What an entry means for the consent that it is of.</summary>
internal enum ConsentEffect
{
    /// <summary>From here on data may be released.</summary>
    Grants = 1,

    /// <summary>From here on none may, until a new grant.</summary>
    Ends,

    /// <summary>Data was released.</summary>
    Releases,
}

/// <summary>One event of one consent, as it is sorted: by consent, then by place in the log.</summary>
/// <param name="Consent">The first 16 bytes of SHA-256 of the consent's key: enough to tell consents apart, and no key in a temporary file.</param>
/// <param name="Index">The entry.</param>
/// <param name="Effect">What it does.</param>
internal readonly record struct ConsentEvent(UInt128 Consent, ulong Index, ConsentEffect Effect) : IComparable<ConsentEvent>
{
    /// <summary>Bytes of an event in a file.</summary>
    internal const int Size = 16 + sizeof(ulong) + 1;

    /// <summary>What entries of a kind do to their consent; null for nothing.</summary>
    internal static ConsentEffect? Of(EntryKind kind) => kind switch
    {
        EntryKind.ConsentGiven or EntryKind.ConsentResumed => ConsentEffect.Grants,
        EntryKind.ConsentWithdrawn or EntryKind.ConsentPaused or EntryKind.ConsentExpired => ConsentEffect.Ends,
        EntryKind.Released or EntryKind.Delivered => ConsentEffect.Releases,
        _ => null,
    };

    /// <inheritdoc/>
    public int CompareTo(ConsentEvent other) => Consent.CompareTo(other.Consent) is not 0 and var order ? order : Index.CompareTo(other.Index);

    internal void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128BigEndian(destination, Consent);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], Index);
        destination[24] = (byte)Effect;
    }

    internal static ConsentEvent Read(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(source), BinaryPrimitives.ReadUInt64BigEndian(source[16..]), (ConsentEffect)source[24]);
}
