using Exchange.Node.Keys;
using Exchange.Vocabulary;

namespace Exchange.Node.Subjects;

/// <summary>One name of a subject. It is deciphered at its first use and stays so as long as the subject is known.</summary>
/// <param name="blindIndex">By which the subject is found.</param>
/// <param name="scope">The provider whose own number it is; empty for a state identifier.</param>
/// <param name="scheme">Which kind of identifier.</param>
/// <param name="sealedValue">The canonical value, AES-256-GCM under the subject's key.</param>
internal sealed class SealedName(Digest blindIndex, string scope, SubjectScheme scheme, byte[] sealedValue)
{
    private volatile byte[]? _value;

    internal Digest BlindIndex => blindIndex;

    internal string Scope => scope;

    internal SubjectScheme Scheme => scheme;

    internal byte[] Sealed => sealedValue;

    /// <summary>The name as UTF-8. It is shared: nobody may change it.</summary>
    internal byte[] Open(byte[] subjectKey)
    {
        if (_value is { } known)
        {
            return known;
        }

        // Of two who decipher at once the later one's bytes stay; they are the same.
        Span<byte> belongsTo = stackalloc byte[Digest.Size];
        blindIndex.CopyTo(belongsTo);
        return _value = KeyWrap.Unwrap(subjectKey, sealedValue, belongsTo);
    }
}
