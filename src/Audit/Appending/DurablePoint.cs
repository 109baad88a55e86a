using Exchange.Vocabulary;

namespace Exchange.Audit.Appending;

/// <summary>What the log is after its last durable group.</summary>
/// <param name="Size">Number of entries.</param>
/// <param name="Root">Root of their tree.</param>
internal readonly record struct LogPoint(ulong Size, Digest Root);

/// <summary>
/// Where the appender tells others what is durable. It neither waits nor allocates for them: a reader that came in between reads again.
/// </summary>
internal sealed class DurablePoint(ulong size, Digest root)
{
    private ulong _size = size;
    private Digest _root = root;
    private int _version;

    /// <summary>Number of durable entries.</summary>
    internal ulong Size => Volatile.Read(ref _size);

    /// <summary>The appender's side. The version is odd while the two values do not belong together.</summary>
    internal void Publish(ulong size, in Digest root)
    {
        _version++;
        Interlocked.MemoryBarrier();
        _root = root;
        Volatile.Write(ref _size, size);
        Volatile.Write(ref _version, _version + 1);
    }

    /// <summary>Both values of one moment.</summary>
    internal LogPoint Read()
    {
        var spin = default(SpinWait);
        while (true)
        {
            var version = Volatile.Read(ref _version);
            var point = new LogPoint(_size, _root);
            Interlocked.MemoryBarrier();
            if ((version & 1) == 0 && version == _version)
            {
                return point;
            }

            spin.SpinOnce();
        }
    }
}
