using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Verification;

/// <summary>Collects what entries name by digest. Neighbours nearly always name the same, which costs one comparison.</summary>
internal sealed class DigestNotes
{
    private readonly Dictionary<int, Digest> _last = [];
    private readonly HashSet<(int Field, Digest Digest)> _seen = [];
    private readonly List<NamedDigest> _found = [];

    /// <summary>Each digest with the first entry that names it.</summary>
    internal IReadOnlyList<NamedDigest> Found => _found;

    internal void Clear()
    {
        _last.Clear();
        _seen.Clear();
        _found.Clear();
    }

    internal void Note(ulong index, int field, ReadOnlySpan<byte> content)
    {
        var digest = new Digest(content);
        if (_last.TryGetValue(field, out var last) && last == digest)
        {
            return;
        }

        _last[field] = digest;
        if (_seen.Add((field, digest)))
        {
            _found.Add(new NamedDigest(index, field, digest));
        }
    }
}
