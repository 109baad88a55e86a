using System.Runtime.InteropServices;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Merkle;

/// <summary>
/// Leaves from the middle of a tree, kept as the fewest perfect subtrees that they fill: who knows the tree before them adds a few hashes
/// instead of every leaf, so that stretches of a log can be hashed apart from each other.
/// </summary>
internal sealed class LeafRange
{
    private readonly List<Subtree> _subtrees = [];
    private ulong _end;

    /// <summary>The subtrees from left to right; valid until the range changes.</summary>
    internal ReadOnlySpan<Subtree> Subtrees => CollectionsMarshal.AsSpan(_subtrees);

    /// <summary>Begins anew before the leaf of this index.</summary>
    internal void Begin(ulong index)
    {
        _subtrees.Clear();
        _end = index;
    }

    /// <summary>Adds the next leaf; two subtrees become one where the tree has a node above both.</summary>
    internal void Append(in Digest leafHash)
    {
        _end++;
        var (height, hash) = (0, leafHash);
        while (_subtrees.Count > 0 && _subtrees[^1].Height == height && (_end & ((2UL << height) - 1)) == 0)
        {
            hash = TreeHash.Node(_subtrees[^1].Root, hash);
            _subtrees.RemoveAt(_subtrees.Count - 1);
            height++;
        }

        _subtrees.Add(new Subtree(height, hash));
    }
}
