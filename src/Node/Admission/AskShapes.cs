using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Exchange.Node.Identity;
using Exchange.Node.Snapshots;

namespace Exchange.Node.Admission;

/// <summary>
/// The shapes of requests that were understood before, of each consumer under the snapshot in force: a system asks the same question about one subject
/// after another. Bounded in number and length for each consumer; what does not fit is understood anew each time.
/// </summary>
internal sealed class AskShapes
{
    private const int MaximumOfOne = 256;
    private const int MaximumBytes = 4096;

    private volatile Generation _current = new(null);

    /// <summary>What these bytes mean, if they were understood before.</summary>
    internal AskShape? Find(NodeSnapshot snapshot, Member consumer, ReadOnlySpan<byte> bytes) =>
        Of(snapshot) is { } known && known.TryGetValue(consumer, out var shapes) && shapes.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(bytes, out var shape) ? shape : null;

    /// <summary>Remembers what they mean.</summary>
    internal void Keep(NodeSnapshot snapshot, Member consumer, ReadOnlySpan<byte> bytes, AskShape shape)
    {
        if (bytes.Length > MaximumBytes || Of(snapshot) is not { } known)
        {
            return;
        }

        var shapes = known.GetOrAdd(consumer, static _ => new(ByteOrder.Instance));
        if (shapes.Count >= MaximumOfOne)
        {
            shapes.Clear(); // Who asks in so many ways is slowed down by nobody but itself.
        }

        shapes[bytes.ToArray()] = shape;
    }

    /// <summary>Those of a snapshot; null for one that has been replaced meanwhile.</summary>
    private ConcurrentDictionary<Member, ConcurrentDictionary<byte[], AskShape>>? Of(NodeSnapshot snapshot)
    {
        var current = _current;
        if (ReferenceEquals(current.Snapshot, snapshot))
        {
            return current.Shapes;
        }

        if (current.Snapshot is { } other && other.Generation > snapshot.Generation)
        {
            return null;
        }

        var next = new Generation(snapshot);
        _current = next;
        return next.Shapes;
    }

    private sealed class Generation(NodeSnapshot? snapshot)
    {
        internal NodeSnapshot? Snapshot { get; } = snapshot;

        internal ConcurrentDictionary<Member, ConcurrentDictionary<byte[], AskShape>> Shapes { get; } = new();
    }

    /// <summary>Bytes as keys, looked up where they lie.</summary>
    private sealed class ByteOrder : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        internal static readonly ByteOrder Instance = new();

        public bool Equals(byte[]? left, byte[]? right) => left.AsSpan().SequenceEqual(right);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode([DisallowNull] byte[] bytes) => GetHashCode(bytes.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode); // Seeded at random, so that nobody can make shapes collide on purpose.
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
