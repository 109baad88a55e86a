using System.Collections.Concurrent;

namespace Exchange.Node.Subjects;

/// <summary>
/// Unwrapped keys in memory, a bounded number of them: two generations, the older forgotten when the younger is full. What is in use moves
/// into the younger one when it is touched.
/// </summary>
internal sealed class SubjectKeyCache(int capacity)
{
    private volatile ConcurrentDictionary<UInt128, byte[]> _young = new();
    private volatile ConcurrentDictionary<UInt128, byte[]> _old = new();
    private int _youngCount;

    internal byte[] GetOrUnwrap<TState>(UInt128 id, TState state, Func<UInt128, TState, byte[]> unwrap)
    {
        if (_young.TryGetValue(id, out var key))
        {
            return key;
        }

        if (!_old.TryGetValue(id, out key))
        {
            key = unwrap(id, state);
        }

        Keep(id, key);
        return key;
    }

    internal void Forget(UInt128 id)
    {
        _young.TryRemove(id, out _);
        _old.TryRemove(id, out _);
    }

    private void Keep(UInt128 id, byte[] key)
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
