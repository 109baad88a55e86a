using Exchange.Audit.Proofs.Entries;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Audit.Proofs.Segments;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Verification;

/// <summary>
/// Checks what groups say, in order: entries canonical, indexes without gap, the chain of leaf hashes, times that never run back, the
/// batch root and the tree's root. The signature is the <see cref="LogVerifier"/>'s. After a problem the checker is spent.
/// </summary>
public sealed class GroupChecker(string origin, LogState state)
{
    private readonly CompactRange _batch = new();

    /// <summary>Where the log stands after the groups so far.</summary>
    public LogState State { get; } = state;

    /// <summary>The last entry; its kind says whether the log was closed in order.</summary>
    public EntryFields LastEntry { get; private set; }

    /// <summary>Checks the next group and moves past it; null when all is well.</summary>
    public LogProblem? Check(Group group, string segment, long offset)
    {
        var before = new GroupDiagnosis(origin, State.Size, State.LastLeafHash, State.LastTime, segment, offset);
        _batch.Clear();

        var entries = group.GetEnumerator();
        for (var i = 0; i < group.Header.Count; i++)
        {
            if (!entries.MoveNext()
                || !EntryReader.TryRead(entries.Current, out var fields, out _)
                || fields.Index != State.Size
                || fields.PreviousLeafHash != State.LastLeafHash
                || fields.Time < State.LastTime)
            {
                return before.Explain(group);
            }

            var leafHash = TreeHash.Leaf(entries.Current);
            _batch.Append(BatchStatement.LeafHash(origin, fields.Index, leafHash, fields.BoundDigest));
            State.Append(leafHash, fields.Time);
            LastEntry = fields;
        }

        var trailer = group.Trailer;
        var fits = entries.Remaining == 0
            && trailer.LastLeafHash == State.LastLeafHash
            && trailer.BatchRoot == _batch.Root
            && trailer.TreeRoot == State.Tree.Root;
        return fits ? null : before.Explain(group);
    }
}
