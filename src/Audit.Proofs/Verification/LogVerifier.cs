using Exchange.Audit.Proofs.Entries;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Audit.Proofs.Segments;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Verification;

/// <summary>
/// Verifies a log whose segments are given in order, and stops at the first problem. What it proves: the entries are those that the
/// holder of the pinned receipt key signed, in their order and without a gap, and those that earlier receipts promise are among them.
/// That nothing was cut off after the last of these only a receipt, a size or a checkpoint from elsewhere can show. Memory is bounded
/// by one group, whatever the log's size.
/// </summary>
public sealed class LogVerifier(LogVerifierOptions options)
{
    /// <summary>Entries between two words of progress.</summary>
    private const ulong ProgressStep = 65_536;

    private readonly ReceiptVerifier _signatures = new();
    private readonly Dictionary<ulong, List<Receipt>> _promises = options.Receipts.GroupBy(receipt => receipt.Index).ToDictionary(group => group.Key, group => group.ToList());
    private GroupChecker? _checker;
    private SegmentReader? _reader;
    private SegmentHeader? _first;
    private SegmentHeader? _last;
    private LogProblem? _problem;
    private string _segment = string.Empty;
    private long _end;
    private long _unfinishedBytes;
    private ulong _groups;
    private ulong _verified;
    private ulong _reported;
    private int _segments;
    private int _receiptsFound;

    private bool ChecksSignatures => options.Keys is { Count: > 0 };

    /// <summary>Verifies the next segment; false once a problem has been found.</summary>
    public bool Add(ISegmentSource source)
    {
        if (_problem is not null)
        {
            return false;
        }

        if (_unfinishedBytes > 0)
        {
            return Fail(LogProblemKind.Framing, "this segment ends in an unfinished group, though a segment follows");
        }

        _segment = source.Name;
        _end = 0;
        if (source.Length > SegmentLayout.MaximumSegmentBytes)
        {
            // A file of holes costs its maker nothing, and its reader days.
            return Fail(LogProblemKind.Segment, $"the file has {source.Length} bytes; no segment is longer than {SegmentLayout.MaximumSegmentBytes}");
        }

        if (SegmentReader.Open(source, out var problem, _reader) is not { } reader)
        {
            return Fail(LogProblemKind.Segment, problem);
        }

        _reader = reader;
        if (!Follows(reader.Header))
        {
            return false;
        }

        _segments++;
        while (reader.MoveNext())
        {
            _end = reader.Offset;
            if (_checker!.Check(reader.Current, _segment, reader.Offset) is { } found)
            {
                _problem = found;
                return false;
            }

            if (!CheckSignature(reader.Current) || !KeepsPromises(reader.Current))
            {
                return false;
            }

            _groups++;
            _verified = _checker.State.Size;
            if (_verified - _reported >= ProgressStep)
            {
                _reported = _verified;
                options.Progress?.Report(new VerificationProgress(_segment, _verified));
            }
        }

        return IsWhole(source, reader);
    }

    /// <summary>Holds the whole against what it must contain, and reports.</summary>
    public VerificationReport Complete()
    {
        if (_problem is null && _checker is null)
        {
            Fail(LogProblemKind.Missing, "there is no segment");
        }

        if (_problem is null && _verified < options.MinimumSize)
        {
            Fail(LogProblemKind.Missing, $"the log ends with {_verified} entries, and is known to have had {options.MinimumSize}");
        }

        if (_problem is null && _promises.Count > 0)
        {
            var index = _promises.Keys.Min();
            Fail(LogProblemKind.Receipt, index < _first!.FirstIndex
                ? $"a receipt names entry {index}, but what is here begins with entry {_first.FirstIndex}"
                : $"a receipt promises entry {index}, but the log ends with {_verified} entries", index);
        }

        return new VerificationReport
        {
            Problem = _problem,
            Origin = _first?.Origin,
            FirstIndex = _first?.FirstIndex ?? 0,
            Size = _verified,
            Groups = _groups,
            Segments = _segments,
            TreeRoot = _problem is null ? _checker!.State.Tree.Root : Digest.Zero,
            LastTime = _checker?.State.LastTime ?? default,
            SignaturesChecked = ChecksSignatures,
            ReceiptsFound = _receiptsFound,
            UnfinishedBytes = _unfinishedBytes,
        };
    }

    private bool Follows(SegmentHeader header)
    {
        if (_checker is null)
        {
            if (options.ExpectedOrigin is not null && header.Origin != options.ExpectedOrigin)
            {
                return Fail(LogProblemKind.Segment, $"this is the log of {header.Origin}, not of {options.ExpectedOrigin}");
            }

            if (header.FirstIndex == 0 && (header.Before.LastLeafHash != Digest.Zero || header.Before.LastTime != default))
            {
                return Fail(LogProblemKind.Segment, "the first segment's header names an entry before it");
            }

            (_first, _last) = (header, header);
            _checker = new GroupChecker(header.Origin, header.Before);
            _verified = _reported = header.FirstIndex;
            return true;
        }

        var state = _checker.State;
        if (header.FirstIndex != state.Size)
        {
            return Fail(LogProblemKind.Missing, header.FirstIndex > state.Size
                ? $"entries {state.Size} to {header.FirstIndex - 1} are missing: this segment begins with entry {header.FirstIndex}"
                : $"this segment begins with entry {header.FirstIndex}, which came before");
        }

        var follows = header.Origin == _first!.Origin
            && header.PreviousFirstIndex == _last!.FirstIndex
            && header.Before.LastLeafHash == state.LastLeafHash
            && header.Before.LastTime == state.LastTime
            && header.Before.Tree.Root == state.Tree.Root;
        _last = header;
        return follows || Fail(LogProblemKind.Segment, "the segment's header does not continue the segment before");
    }

    private bool CheckSignature(Group group)
    {
        if (!ChecksSignatures)
        {
            return true;
        }

        var trailer = group.Trailer;
        var entries = $"entries {group.Header.FirstIndex} to {group.Header.FirstIndex + (ulong)group.Header.Count - 1}";
        return _signatures.VerifyBatch((ulong)group.Header.Count, trailer.BatchRoot, trailer.KeyId, trailer.Signature, options.Keys!.Find) switch
        {
            ReceiptVerdict.Valid => true,
            ReceiptVerdict.KeyUnknown => Fail(LogProblemKind.Signature, $"{entries} are signed under the key {trailer.KeyId}, which is not pinned", group.Header.FirstIndex),
            _ => Fail(LogProblemKind.Signature, $"the signature over {entries} is not the receipt key's", group.Header.FirstIndex),
        };
    }

    /// <summary>Holds the group's entries against the receipts that promise them.</summary>
    private bool KeepsPromises(Group group)
    {
        if (_promises.Count == 0)
        {
            return true;
        }

        var index = group.Header.FirstIndex;
        foreach (var entry in group)
        {
            if (_promises.Remove(index, out var receipts))
            {
                EntryReader.TryRead(entry, out var fields, out _);
                var leafHash = TreeHash.Leaf(entry);
                foreach (var receipt in receipts)
                {
                    if (!receipt.LeafHash.Span.SequenceEqual(leafHash.ToArray()) || receipt.LogOrigin != _first!.Origin)
                    {
                        return Fail(LogProblemKind.Receipt, "a receipt promises another entry at this place", index);
                    }

                    if (ChecksSignatures && _signatures.Verify(receipt, fields.BoundDigest, options.Keys!.Find) is var verdict and not ReceiptVerdict.Valid)
                    {
                        return Fail(LogProblemKind.Receipt, $"the receipt itself does not verify ({verdict})", index);
                    }

                    _receiptsFound++;
                }
            }

            index++;
        }

        return true;
    }

    /// <summary>Judges what stands after the segment's last whole group.</summary>
    private bool IsWhole(ISegmentSource source, SegmentReader reader)
    {
        _end = reader.NextOffset;
        if (reader.End == SegmentEnd.Damaged)
        {
            // Where the frame can still be read, the entries say themselves which of them is bad.
            _problem = reader.HasDamagedGroup ? _checker!.Check(reader.Current, _segment, reader.Offset) : null;
            return _problem is null && Fail(LogProblemKind.Framing, reader.Problem, reader.NextIndex);
        }

        if (source.Length != reader.Header.FileBytes)
        {
            return Fail(LogProblemKind.Framing, $"the file has {source.Length} bytes, and had {reader.Header.FileBytes}: it was cut or added to");
        }

        _unfinishedBytes = reader.UnfinishedBytes;
        return true;
    }

    private bool Fail(LogProblemKind kind, string what, ulong? entry = null)
    {
        _problem = new LogProblem(kind, _segment, _end, entry ?? _checker?.State.Size ?? 0, what);
        return false;
    }
}
