using System.Buffers.Binary;

namespace Exchange.Audit.Queries;

/// <summary>Gives each name of a column a number, in the order in which they come. Looking one up allocates nothing.</summary>
internal sealed class NameCodes
{
    private const ulong Prime = 0x9E37_79B9_7F4A_7C15;

    private readonly List<byte[]> _names = [];
    private int[] _slots = new int[64];

    internal IReadOnlyList<byte[]> Names => _names;

    internal ushort Of(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            return IndexLayout.Absent;
        }

        var slot = Slot(name);
        if (_slots[slot] > 0)
        {
            return (ushort)_slots[slot];
        }

        if (_names.Count == IndexLayout.Any - 1)
        {
            return IndexLayout.Any;
        }

        _names.Add(name.ToArray());
        _slots[slot] = _names.Count;
        if (2 * _names.Count > _slots.Length)
        {
            Grow();
        }

        return (ushort)_names.Count;
    }

    private int Slot(ReadOnlySpan<byte> name)
    {
        var slot = (int)(Hash(name) % (ulong)_slots.Length);
        while (_slots[slot] > 0 && !name.SequenceEqual(_names[_slots[slot] - 1]))
        {
            slot = (slot + 1) % _slots.Length;
        }

        return slot;
    }

    private void Grow()
    {
        _slots = new int[4 * _slots.Length];
        for (var i = 0; i < _names.Count; i++)
        {
            _slots[Slot(_names[i])] = i + 1;
        }
    }

    private static ulong Hash(ReadOnlySpan<byte> name)
    {
        var hash = (ulong)name.Length;
        for (; name.Length >= sizeof(ulong); name = name[sizeof(ulong)..])
        {
            hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(name)) * Prime;
            hash ^= hash >> 29;
        }

        foreach (var letter in name)
        {
            hash = (hash ^ letter) * Prime;
        }

        return hash ^ (hash >> 32);
    }
}
