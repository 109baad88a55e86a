using Exchange.Audit.Proofs.Entries;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Audit.Proofs.Segments;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Verification;

/// <summary>Earlier receipts, each of which promises an entry of the log.</summary>
internal sealed class ReceiptPromises(IEnumerable<Receipt> receipts, Func<string> origin, ReceiptKeys? keys)
{
    private readonly ReceiptVerifier _verifier = new();
    private readonly SortedDictionary<ulong, List<Receipt>> _promises =
        new(receipts.GroupBy(receipt => receipt.Index).ToDictionary(group => group.Key, group => group.ToList()));

    /// <summary>Receipts whose entries are in the log.</summary>
    internal int Found { get; private set; }

    /// <summary>The first entry that is promised and was not seen.</summary>
    internal ulong? FirstOpen => _promises.Count == 0 ? null : _promises.First().Key;

    /// <summary>Holds the entries of a group against the receipts that promise them.</summary>
    internal Contradiction? HoldAgainst(Stretch stretch, in PlacedGroup group, ReadOnlySpan<Digest> leafHashes)
    {
        if (_promises.Count == 0 || FirstOpen >= group.NextIndex)
        {
            return null;
        }

        var index = group.FirstIndex;
        for (var entries = new Group.EntryEnumerator(stretch.Entries(group)); entries.MoveNext(); index++)
        {
            if (!_promises.Remove(index, out var promises))
            {
                continue;
            }

            EntryReader.TryRead(entries.Current, out var fields, out _);
            foreach (var receipt in promises)
            {
                if (receipt.LogOrigin != origin() || !receipt.LeafHash.Span.SequenceEqual(leafHashes[(int)(index - group.FirstIndex)].ToArray()))
                {
                    return new(LogProblemKind.Receipt, index, "a receipt promises another entry at this place");
                }

                if (keys is not null && _verifier.Verify(receipt, fields.BoundDigest, keys.Find) is var verdict and not ReceiptVerdict.Valid)
                {
                    return new(LogProblemKind.Receipt, index, $"the receipt itself does not verify ({verdict})");
                }

                Found++;
            }
        }

        return null;
    }
}
