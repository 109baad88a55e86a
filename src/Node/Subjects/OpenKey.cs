using System.Collections.Immutable;
using Exchange.Node.Keys;
using Exchange.Vocabulary;

namespace Exchange.Node.Subjects;

/// <summary>
/// A key that was unwrapped, and what was deciphered under it since: a subject's names, in the clear. They are kept in one object so that no name
/// stays longer than its key.
/// </summary>
internal sealed class OpenKey(byte[] key)
{
    private ImmutableArray<(Digest BlindIndex, byte[] Value)> _names = [];

    internal byte[] Bytes => key;

    /// <summary>The name as UTF-8, deciphered at the first asking. It is shared: nobody may change it.</summary>
    internal byte[] Open(SealedName name)
    {
        foreach (var (blindIndex, known) in _names)
        {
            if (blindIndex == name.BlindIndex)
            {
                return known;
            }
        }

        // The index says which name it is. Of two callers who decipher at once one adds; the other has the same bytes.
        var value = KeyWrap.Unwrap(key, name.Sealed, name.BlindIndex.ToArray());
        ImmutableInterlocked.Update(
            ref _names,
            static (names, added) => names.Any(known => known.BlindIndex == added.BlindIndex) ? names : names.Add(added),
            (name.BlindIndex, value));
        return value;
    }
}
