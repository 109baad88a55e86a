using System.Collections.Concurrent;

namespace Exchange.Node.Subjects;

/// <summary>
/// Unwrapped keys in memory, a bounded number of them: two generations, the older forgotten when the younger is full. What is in use moves
/// into the younger one when it is touched.
/// </summary>
internal sealed class SubjectKeyCache(int capacity)
{
    private readonly Lock _change = new();
    private volatile ConcurrentDictionary<UInt128, OpenKey> _young = new();
    private volatile ConcurrentDictionary<UInt128, OpenKey> _old = new();
    private int _forgettings;
    private int _youngCount;

    /// <summary>The key of an id, unwrapped if it is not here. What is in the younger generation costs no lock.</summary>
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

        Keep(id, key, forgettings);
        return key;
    }

    /// <summary>The key and what was deciphered under it are not kept any more, whoever was looking them up meanwhile.</summary>
    internal void Forget(UInt128 id)
    {
        lock (_change)
        {
            _young.TryRemove(id, out _);
            _old.TryRemove(id, out _);

            // Counted after the removal: who looked before it has seen the count of before, and keeps nothing.
            Volatile.Write(ref _forgettings, _forgettings + 1);
        }
    }

    private void Keep(UInt128 id, OpenKey key, int forgettings)
    {
        lock (_change)
        {
            // Something was forgotten between the look and this. It may have been this very key, and then it would be back.
            if (_forgettings == forgettings && _young.TryAdd(id, key) && ++_youngCount >= capacity / 2)
            {
                (_old, _young, _youngCount) = (_young, new(), 0);
            }
        }
    }
}
