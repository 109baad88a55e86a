using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Segments;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Verification;

/// <summary>
/// Joins checked stretches in the order of the log, and checks what takes the log before them: the link and the time between groups, the tree,
/// who may sign, and what receipts, checkpoints, snapshots and the linkage file say of these entries. It stops at the first problem.
/// </summary>
internal sealed class LogSeam(string origin, LogState state, SeamWitnesses witnesses, Func<ulong, string>? bundleOf = null)
{
    private int _noted;
    private int _digests;

    /// <summary>The first thing that is wrong; null when nothing is.</summary>
    internal LogProblem? Problem { get; private set; }

    /// <summary>The index after the last entry that verified.</summary>
    internal ulong Size { get; private set; } = state.Size;

    internal Digest? LastLeafHash { get; private set; } = bundleOf is null ? state.LastLeafHash : null;

    internal Instant LastTime { get; private set; } = state.LastTime;

    internal ulong Groups { get; private set; }

    /// <summary>The highest index below which entries have been removed, as entries say.</summary>
    internal ulong MinimumIndex { get; private set; }

    /// <summary>The tree; of a published log it is not kept, since its tiles are the tree.</summary>
    internal CompactRange Tree => state.Tree;

    /// <summary>Where the log stands, for a reader of what follows.</summary>
    internal LogState State => state;

    /// <summary>A published log is read from this entry on.</summary>
    internal void BeginAt(ulong index) => Size = index;

    /// <summary>Takes the next stretch; false once there is a problem.</summary>
    internal bool Join(Stretch stretch)
    {
        (_noted, _digests) = (0, 0);
        var findings = stretch.Found.Groups;
        for (var i = 0; i < findings.Length && Problem is null; i++)
        {
            Problem = Join(stretch, stretch.Groups[i], findings[i]);
        }

        return Problem is null;
    }

    private LogProblem? Join(Stretch stretch, in PlacedGroup group, in GroupFinding found)
    {
        if (found.Verdict == GroupVerdict.Unsound || (LastLeafHash is { } before && before != found.FirstPrevious) || found.FirstTime < LastTime)
        {
            return Explain(stretch, group);
        }

        // The log moves on before signatures are judged, but not the count of what verified.
        if (group.End is { } end)
        {
            var tree = witnesses.HasCheckpointWithin(group.NextIndex) ? state.Tree.Copy() : null;
            state.Append(stretch.Found.Subtrees[found.Subtrees], found.LastLeafHash, found.LastTime);
            var root = state.Tree.Root;
            if (root != end.TreeRoot)
            {
                return Fail(group, LogProblemKind.Trailer, group.FirstIndex, $"the tree of entries 0 to {group.NextIndex - 1} does not have the root of their trailer");
            }

            if (JudgeSigner(group, found.Verdict) is { } unsigned)
            {
                return unsigned;
            }

            if (tree is not null && witnesses.HoldAgainstCheckpoints(tree, LeafHashes(stretch, group), root) is { } contradiction)
            {
                return Fail(group, contradiction.Kind, contradiction.Entry, contradiction.What);
            }
        }
        else if (JudgeSigner(group, found.Verdict) is { } unsigned)
        {
            return unsigned;
        }

        if (Consult(stretch, group) is { } problem)
        {
            return problem;
        }

        (LastLeafHash, LastTime) = (found.LastLeafHash, found.LastTime);
        Size = group.NextIndex;
        Groups += group.Batch is null ? 0u : 1u;
        return null;
    }

    private LogProblem? JudgeSigner(in PlacedGroup group, GroupVerdict verdict)
    {
        if (witnesses.Keys is not { } keys || group.Batch is not { } batch)
        {
            return null;
        }

        var entries = $"entries {group.FirstIndex} to {group.NextIndex - 1}";
        return verdict switch
        {
            GroupVerdict.KeyUnknown => Fail(group, LogProblemKind.Signature, group.FirstIndex, $"{entries} are signed under the key {batch.KeyId}, which is not pinned"),
            GroupVerdict.SignatureInvalid => Fail(group, LogProblemKind.Signature, group.FirstIndex, $"the signature over {entries} is not the receipt key's"),
            _ when keys.IsRetired(batch.KeyId) => Fail(group, LogProblemKind.Key, group.FirstIndex, $"{entries} are signed under the key {batch.KeyId}, which the log has put out of use before"),
            _ when !keys.IsTrusted(batch.KeyId) => Fail(group, LogProblemKind.Signature, group.FirstIndex, $"{entries} are signed under the key {batch.KeyId}, which is not pinned, and no trusted key has handed over to it"),
            _ => null,
        };
    }

    /// <summary>What receipts, changes of keys, removals, snapshots and the linkage file have to say of a group.</summary>
    private LogProblem? Consult(Stretch stretch, in PlacedGroup group)
    {
        if (witnesses.Receipts.HoldAgainst(stretch, group, LeafHashes(stretch, group)) is { } broken)
        {
            return Fail(group, LogProblemKind.Receipt, broken.Entry, broken.What);
        }

        var found = stretch.Found;
        for (; _noted < found.Noted.Count && found.Noted[_noted].Index < group.NextIndex; _noted++)
        {
            var noted = found.Noted[_noted];
            var entry = AuditEntry.Parser.ParseFrom(stretch.Bytes.Span.Slice(noted.Start, noted.Length));
            if (entry.Kind == EntryKind.EntriesRemoved)
            {
                MinimumIndex = Math.Max(MinimumIndex, entry.MinimumIndex);
            }
            else
            {
                witnesses.HandOver(entry, group.Batch?.KeyId);
            }
        }

        for (; _digests < found.Digests.Count && found.Digests[_digests].Index < group.NextIndex; _digests++)
        {
            var named = found.Digests[_digests];
            if (witnesses.Snapshots?.Missing(named) is { } missing)
            {
                return Fail(group, LogProblemKind.Snapshot, named.Index, missing);
            }
        }

        if (found.Consents.Problem is { } wrong && wrong.Index < group.NextIndex)
        {
            return Fail(group, LogProblemKind.Linkage, wrong.Index, wrong.What);
        }

        return null;
    }

    private static ReadOnlySpan<Digest> LeafHashes(Stretch stretch, in PlacedGroup group) =>
        stretch.Found.LeafHashes.Slice((int)(group.FirstIndex - stretch.FirstIndex), group.Count);

    private LogProblem Explain(Stretch stretch, in PlacedGroup group)
    {
        if (bundleOf is not null)
        {
            var promised = stretch.Promised.Count == 0 ? [] : stretch.Promised.GetRange((int)(group.FirstIndex - stretch.FirstIndex), group.Count);
            return new BundleDiagnosis(group, LastLeafHash, LastTime, origin, bundleOf).Explain(stretch.Entries(group), promised);
        }

        var extent = stretch.Bytes.Span[(group.Start - GroupHeader.Size)..];
        var header = new GroupHeader(group.FirstIndex, group.Count, group.Length);
        return new GroupDiagnosis(origin, Size, state.LastLeafHash, state.LastTime, group.File, group.Offset).Explain(new Group(extent[..header.ExtentBytes], header));
    }

    private LogProblem Fail(in PlacedGroup group, LogProblemKind kind, ulong entry, string what) =>
        new(kind, bundleOf?.Invoke(entry) ?? group.File, group.Offset, entry, what);
}
