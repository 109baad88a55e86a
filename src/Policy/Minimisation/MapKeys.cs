using System.Buffers;
using System.Runtime.InteropServices;

namespace Exchange.Policy.Minimisation;

/// <summary>
/// The keys of one map, to find one that is said twice. An open-addressing table in pooled memory; the hash is the keyed one of strings, so that
/// a provider cannot choose keys that collide. Keys are bytes of the record, and equal exactly when their bytes are: varints are minimal, and a
/// default key is the empty span whether or not it was written.
/// </summary>
internal ref struct MapKeys(ReadOnlySpan<byte> record)
{
    private const int InitialSlots = 16;

    private readonly ReadOnlySpan<byte> _record = record;
    private ulong[]? _slots;
    private int _size;
    private int _count;

    /// <summary>Adds a key, unless it is there.</summary>
    public bool TryAdd(int start, int length)
    {
        if (_count * 2 >= _size)
        {
            Grow();
        }

        ref var slot = ref Find(_record.Slice(start, length));
        if (slot != 0)
        {
            return false;
        }

        slot = (ulong)(uint)(start + 1) << 32 | (uint)length;
        _count++;
        return true;
    }

    public readonly void Dispose()
    {
        if (_slots is not null)
        {
            ArrayPool<ulong>.Shared.Return(_slots);
        }
    }

    private void Grow()
    {
        var (slots, size) = (_slots, _size);
        _size = Math.Max(InitialSlots, size * 4);
        _slots = ArrayPool<ulong>.Shared.Rent(_size);
        _slots.AsSpan(0, _size).Clear();
        if (slots is null)
        {
            return;
        }

        foreach (var taken in slots.AsSpan(0, size))
        {
            if (taken != 0)
            {
                Find(KeyOf(taken)) = taken;
            }
        }

        ArrayPool<ulong>.Shared.Return(slots);
    }

    /// <summary>The slot that holds a key, or the free one where it belongs.</summary>
    private readonly ref ulong Find(ReadOnlySpan<byte> key)
    {
        var slots = _slots.AsSpan(0, _size);
        var at = Hash(key) & (_size - 1);
        while (slots[at] != 0 && !KeyOf(slots[at]).SequenceEqual(key))
        {
            at = (at + 1) & (_size - 1);
        }

        return ref slots[at];
    }

    private readonly ReadOnlySpan<byte> KeyOf(ulong slot) => _record.Slice((int)(slot >> 32) - 1, (int)(uint)slot);

    private static int Hash(ReadOnlySpan<byte> key)
    {
        var hash = string.GetHashCode(MemoryMarshal.Cast<byte, char>(key), StringComparison.Ordinal);
        return key.Length % 2 == 0 ? hash : hash ^ (key[^1] * 0x01000193);
    }
}
