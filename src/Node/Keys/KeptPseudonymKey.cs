using Exchange.Policy.Minimisation;
using Exchange.Vocabulary.Hashing;

namespace Exchange.Node.Keys;

/// <summary>A consumer's pseudonym key with its states kept, since one consumer's records have many values under it. The pseudonyms are the same.</summary>
internal sealed class KeptPseudonymKey(ReadOnlySpan<byte> key) : PseudonymKey(key)
{
    private HmacSha256 _states = new(key);

    public override void WriteCode(ReadOnlySpan<byte> value, Span<byte> code) => _states.Write(value, code);

    protected override void Dispose(bool disposing)
    {
        _states.Clear();
        base.Dispose(disposing);
    }
}
