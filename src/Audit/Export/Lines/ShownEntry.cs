using Exchange.Audit.Proofs.Entries;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Audit.Export.Lines;

/// <summary>Where the fields of one entry stand in its bytes, for formats that want them in another order than they come in. Used again for each entry.</summary>
internal sealed class ShownEntry
{
    private readonly Place[] _places = new Place[EntryWords.Fields];
    private byte[] _bytes = new byte[1024];
    private int _length;

    internal ulong Index { get; private set; }

    internal Digest LeafHash { get; private set; }

    /// <summary>Takes the place of the entry before.</summary>
    internal void Load(ulong index, ReadOnlySpan<byte> entry)
    {
        (Index, LeafHash, _length) = (index, TreeHash.Leaf(entry), entry.Length);
        Array.Clear(_places);
        if (_bytes.Length < entry.Length)
        {
            _bytes = new byte[EntryCodec.MaximumBytes];
        }

        entry.CopyTo(_bytes);
        var bytes = _bytes.AsSpan(0, _length);
        for (var field = new EntryScan(bytes); field.MoveNext();)
        {
            if (EntryWords.Shape(field.Number) != FieldShape.None && !_places[field.Number].IsPresent)
            {
                bytes.Overlaps(field.Content, out var start);
                _places[field.Number] = new(IsPresent: true, start, field.Content.Length, field.Value);
            }
        }
    }

    internal bool Has(int field) => _places[field].IsPresent;

    /// <summary>A number, 0 when absent.</summary>
    internal ulong Number(int field) => _places[field].Value;

    /// <summary>Bytes or text, empty when absent.</summary>
    internal ReadOnlySpan<byte> Content(int field) => _bytes.AsSpan(_places[field].Start, _places[field].Length);

    /// <summary>All values of a field that may stand several times.</summary>
    internal Repeated Texts(int field) => new(_bytes.AsSpan(0, _length), field);

    private readonly record struct Place(bool IsPresent, int Start, int Length, ulong Value);

    /// <summary>Walks the values of one field.</summary>
    internal ref struct Repeated(ReadOnlySpan<byte> entry, int field)
    {
        private EntryScan _fields = new(entry);

        public readonly ReadOnlySpan<byte> Current => _fields.Content;

        public readonly Repeated GetEnumerator() => this;

        public bool MoveNext()
        {
            while (_fields.MoveNext())
            {
                if (_fields.Number == field)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
