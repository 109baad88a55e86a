using System.Diagnostics;
using System.Numerics;

namespace Exchange.Benches.Load.Rounds;

/// <summary>
/// How long calls took, in buckets whose width is at most 1/32 of the value: recording allocates nothing. One a worker; merged at the end.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 5;
    private const int SubBuckets = 1 << SubBits;

    private readonly long[] _counts = new long[(64 - SubBits + 1) * SubBuckets];

    public long Count { get; private set; }

    /// <summary>Records a time in ticks of <see cref="Stopwatch"/>.</summary>
    public void Add(long ticks)
    {
        _counts[BucketOf((ulong)Math.Max(ticks, 0))]++;
        Count++;
    }

    public void Add(LatencyHistogram other)
    {
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            _counts[bucket] += other._counts[bucket];
        }

        Count += other.Count;
    }

    /// <summary>The time that a fraction of the calls did not pass, in microseconds: the upper edge of its bucket.</summary>
    public double Microseconds(double fraction)
    {
        var rank = (long)Math.Ceiling(fraction * Count);
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            rank -= _counts[bucket];
            if (rank <= 0)
            {
                return UpperEdge(bucket) * 1e6 / Stopwatch.Frequency;
            }
        }

        return 0;
    }

    private static int BucketOf(ulong value)
    {
        var shift = Math.Max(0, BitOperations.Log2(value | 1) - SubBits);
        return (shift * SubBuckets) + (int)(value >> shift);
    }

    /// <summary>The inverse of <see cref="BucketOf"/>: values of a shift stand at its offset plus their leading bits, which begin with a one.</summary>
    private static double UpperEdge(int bucket)
    {
        var shift = Math.Max(0, (bucket / SubBuckets) - 1);
        return (bucket - (shift * SubBuckets) + 1) * Math.Pow(2, shift);
    }
}
