using Exchange.Audit.Proofs.Merkle;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Segments;

/// <summary>Where a log stands: all that the next entry depends on.</summary>
public sealed class LogState(CompactRange tree, Digest lastLeafHash, Instant lastTime)
{
    /// <summary>The log without entries.</summary>
    public LogState()
        : this(new CompactRange(), Digest.Zero, default)
    {
    }

    /// <summary>The tree over all entries.</summary>
    public CompactRange Tree { get; } = tree;

    /// <summary>Number of entries; the next entry's index.</summary>
    public ulong Size => Tree.Size;

    /// <summary>Leaf hash of the last entry; zeros in an empty log.</summary>
    public Digest LastLeafHash { get; private set; } = lastLeafHash;

    /// <summary>Time of the last entry.</summary>
    public Instant LastTime { get; private set; } = lastTime;

    /// <summary>Adds an entry.</summary>
    public void Append(in Digest leafHash, Instant time)
    {
        Tree.Append(leafHash);
        LastLeafHash = leafHash;
        LastTime = time;
    }

    /// <summary>Adds entries of which the subtrees are known.</summary>
    internal void Append(ReadOnlySpan<Subtree> subtrees, in Digest lastLeafHash, Instant lastTime)
    {
        foreach (ref readonly var subtree in subtrees)
        {
            Tree.Append(subtree.Root, subtree.Height);
        }

        LastLeafHash = lastLeafHash;
        LastTime = lastTime;
    }
}
