using System.Collections.Concurrent;

namespace Exchange.Node.Subjects;

/// <summary>
/// Unwrapped keys in memory, a bounded number of them: two generations, the older forgotten when the younger is full. What is in use moves
/// into the younger one when it is touched.
/// </summary>
internal sealed class SubjectKeyCache(int capacity)
{
    private volatile ConcurrentDictionary<UInt128, OpenKey> _young = new();
    private volatile ConcurrentDictionary<UInt128, OpenKey> _old = new();
    private int _youngCount;
    private int _forgettings;

    internal OpenKey GetOrUnwrap<TState>(UInt128 id, TState state, Func<UInt128, TState, byte[]> unwrap)
    {
        if (_young.TryGetValue(id, out var key))
        {
            return key;
        }

        var forgettings = Volatile.Read(ref _forgettings);
        if (!_old.TryGetValue(id, out key))
        {
            key = new OpenKey(unwrap(id, state));
        }

        Keep(id, key);
        if (Volatile.Read(ref _forgettings) != forgettings)
        {
            // Something was forgotten between the look and the keeping. It may have been this, and then it would be back.
            Remove(id);
        }

        return key;
    }

    /// <summary>The key and what was deciphered under it are not kept any more, whoever was looking them up meanwhile.</summary>
    internal void Forget(UInt128 id)
    {
        // Counted before it is removed: who keeps it after the removal sees the count, and who kept it before is removed here.
        Interlocked.Increment(ref _forgettings);
        Remove(id);
    }

    private void Remove(UInt128 id)
    {
        _young.TryRemove(id, out _);
        _old.TryRemove(id, out _);
    }

    private void Keep(UInt128 id, OpenKey key)
    {
        if (_young.TryAdd(id, key) && Interlocked.Increment(ref _youngCount) == capacity / 2)
        {
            // Exactly one caller sees the limit; a racing lookup at worst unwraps once more.
            _old = _young;
            _young = new();
            Interlocked.Exchange(ref _youngCount, 0);
        }
    }
}
