using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Exchange.Audit.Proofs.Entries;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Publication;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Audit.Proofs.Verification.Consents;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Verification;

/// <summary>
/// Checks what groups say without knowing the groups before: entries canonical, in their order, chained; batch root and signature. It stops
/// at the first group that is not sound. What needs the log before them, <see cref="LogSeam"/> checks. An entry costs three or four hashes and
/// no allocation.
/// </summary>
internal sealed class StretchCheck(StretchRules rules) : IDisposable
{
    private readonly BatchLeaf _batchLeaf = new(rules.Origin);
    private readonly CompactRange _batch = new();
    private readonly LeafRange _range = new();
    private readonly List<GroupFinding> _groups = [];
    private readonly List<Digest> _leafHashes = [];
    private readonly List<Subtree> _subtrees = [];
    private readonly Dictionary<Digest, ECDsa> _keys = [];
    private readonly DigestNotes _digests = new();

    /// <summary>One for each group, up to the first that is not sound.</summary>
    internal ReadOnlySpan<GroupFinding> Groups => CollectionsMarshal.AsSpan(_groups);

    /// <summary>Leaf hashes of the entries of sound groups.</summary>
    internal ReadOnlySpan<Digest> LeafHashes => CollectionsMarshal.AsSpan(_leafHashes);

    /// <summary>Subtrees of the groups.</summary>
    internal ReadOnlySpan<Subtree> Subtrees => CollectionsMarshal.AsSpan(_subtrees);

    /// <summary>Entries that say something about the log: changes of keys, removals.</summary>
    internal List<NotedEntry> Noted { get; } = [];

    /// <summary>Digests that entries name, each once where it is the same as in the entries before.</summary>
    internal IReadOnlyList<NamedDigest> Digests => _digests.Found;

    /// <summary>What happened to consents, where the linkage file has their keys.</summary>
    internal ConsentNotes Consents { get; } = new(rules.Origin);

    /// <summary>Checks the groups.</summary>
    internal void Run(Stretch stretch, Span<byte> bytes)
    {
        _groups.Clear();
        _leafHashes.Clear();
        _subtrees.Clear();
        Noted.Clear();
        _digests.Clear();
        Consents.Begin(stretch.Linkage);
        foreach (ref readonly var group in CollectionsMarshal.AsSpan(stretch.Groups))
        {
            var finding = Check(group, bytes, CollectionsMarshal.AsSpan(stretch.Promised));
            _groups.Add(finding);
            if (finding.Verdict != GroupVerdict.Sound)
            {
                return;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var key in _keys.Values)
        {
            key.Dispose();
        }
    }

    private GroupFinding Check(in PlacedGroup group, Span<byte> bytes, ReadOnlySpan<Digest> promised)
    {
        var unsound = new GroupFinding { Verdict = GroupVerdict.Unsound };
        var (firstPrevious, firstTime) = (Digest.Zero, default(Instant));
        var (last, time) = (Digest.Zero, default(Instant));
        var (at, end) = (group.Start, group.Start + group.Length);
        _batch.Clear();
        _range.Begin(group.FirstIndex);
        for (var i = 0; i < group.Count; i++)
        {
            if (end - at < sizeof(ushort))
            {
                return unsound;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
            at += sizeof(ushort);
            if (length > end - at
                || !EntryReader.TryRead(bytes.Slice(at, length), out var fields, out _)
                || fields.Index != group.FirstIndex + (ulong)i)
            {
                return unsound;
            }

            if (i == 0)
            {
                (firstPrevious, firstTime) = (fields.PreviousLeafHash, fields.Time);
            }
            else if (fields.PreviousLeafHash != last || fields.Time < time)
            {
                return unsound;
            }

            last = TreeHash.LeafInPlace(bytes.Slice(at - 1, length + 1));
            time = fields.Time;
            if (!promised.IsEmpty && promised[_leafHashes.Count] != last)
            {
                return unsound;
            }

            _leafHashes.Add(last);
            if (group.Batch is not null)
            {
                _batch.Append(_batchLeaf.Hash(fields.Index, last, fields.BoundDigest));
            }

            if (group.End is not null)
            {
                _range.Append(last);
            }

            Note(fields, at, bytes.Slice(at, length));
            at += length;
        }

        if (at != end || (group.End is { } trailer && trailer.LastLeafHash != last) || (group.Batch is { } batch && batch.Root != _batch.Root))
        {
            return unsound;
        }

        var subtrees = _range.Subtrees;
        _subtrees.AddRange(subtrees);
        return new GroupFinding
        {
            Verdict = group.Batch is { } signed ? CheckSignature(signed) : GroupVerdict.Sound,
            FirstPrevious = firstPrevious,
            FirstTime = firstTime,
            LastLeafHash = last,
            LastTime = time,
            Subtrees = (_subtrees.Count - subtrees.Length).._subtrees.Count,
        };
    }

    private void Note(in EntryFields fields, int start, ReadOnlySpan<byte> entry)
    {
        if (fields.Kind is EntryKind.KeyChanged or EntryKind.EntriesRemoved)
        {
            Noted.Add(new NotedEntry(fields.Index, start, entry.Length));
        }

        if (!rules.NotesDigests && !rules.HasLinkage)
        {
            return;
        }

        ReadOnlySpan<byte> transferId = default, consentTag = default;
        for (var walk = new EntryScan(entry); walk.MoveNext();)
        {
            switch (walk.Number)
            {
                case AuditEntry.TransferIdFieldNumber:
                    transferId = walk.Content;
                    break;
                case AuditEntry.ConsentTagFieldNumber:
                    consentTag = walk.Content;
                    break;
                case AuditEntry.DescriptorDigestFieldNumber or AuditEntry.PolicyDigestFieldNumber or AuditEntry.RegistryDigestFieldNumber when rules.NotesDigests:
                case AuditEntry.ChangeDigestFieldNumber when rules.NotesDigests && fields.Kind is EntryKind.PolicyChanged or EntryKind.RegistryChanged:
                    _digests.Note(fields.Index, walk.Number, walk.Content);
                    break;
            }
        }

        if (rules.HasLinkage)
        {
            Consents.Note(fields.Index, fields.Kind, transferId, consentTag);
        }
    }

    private GroupVerdict CheckSignature(in BatchRecord batch)
    {
        if (rules.Keys is null)
        {
            return GroupVerdict.Sound;
        }

        if (!_keys.TryGetValue(batch.KeyId, out var key))
        {
            if (rules.Keys.Find(batch.KeyId) is not { } parameters)
            {
                return GroupVerdict.KeyUnknown;
            }

            key = _keys[batch.KeyId] = ECDsa.Create(parameters); // An own one: an ECDsa is not for several threads.
        }

        return BatchStatement.IsSigned(key, (ulong)batch.Count, batch.Root, batch.Signature.Span) ? GroupVerdict.Sound : GroupVerdict.SignatureInvalid;
    }
}
