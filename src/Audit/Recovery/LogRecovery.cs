using Exchange.Audit.Checkpoints;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Proofs.Verification;
using Exchange.Audit.Reading;
using Exchange.Audit.Storage;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Audit.Recovery;

/// <summary>
/// Finds where the log stands. Of all segments it reads the headers, of the last one everything: so a start takes the same time whatever
/// the log's size. Only an unfinished final group is cut; for anything else the log is left as it is, and the node does not start.
/// </summary>
internal sealed class LogRecovery(AuditLogOptions options, ILogStorage storage, AuditLogKeys keys, CheckpointBook? checkpoints = null)
{
    /// <summary>Where the log stands.</summary>
    internal LogState State { get; private set; } = new();

    /// <summary>The first entry that is still there.</summary>
    internal ulong FirstIndex { get; private set; }

    /// <summary>The last segment, open; null in a new log.</summary>
    internal ILogFile? LastSegment { get; private set; }

    /// <summary>First index of the last segment.</summary>
    internal ulong LastFirstIndex { get; private set; }

    /// <summary>Where its next group goes.</summary>
    internal long NextOffset { get; private set; }

    /// <summary>The key that has signed the last group when it is not the present one, and the log does not say so yet; null otherwise.</summary>
    internal Digest? UnsaidFormerKey { get; private set; }

    internal RecoveryReport Run()
    {
        var names = SegmentNames(storage);
        if (names.Count == 0)
        {
            SignedCheck.Of(checkpoints, storage).Complete(new LogState(), SegmentLayout.FileName(0), names);
            return new RecoveryReport { Size = 0, IsNew = true, CutBytes = 0, IsUnclean = false, Segments = 0 };
        }

        FirstIndex = SegmentLayout.TryParseFileName(names[0], out var first) ? first : 0;
        CheckHeaders(names);
        var last = storage.Open(names[^1]);
        try
        {
            var (cut, lastKind) = ReadLast(last, names);
            UnsaidFormerKey = State.Size > FirstIndex ? FormerKeys.Unsaid(new LogReader(storage), State.Size, KeyThumbprint.Of(keys.Receipt)) : null;
            LastSegment = last;
            return new RecoveryReport
            {
                Size = State.Size,
                IsNew = false,
                CutBytes = cut,
                IsUnclean = cut > 0 || (State.Size > 0 && (lastKind ?? KindOfLast()) != EntryKind.Stopped),
                Segments = names.Count,
            };
        }
        finally
        {
            if (LastSegment is null)
            {
                last.Dispose();
            }
        }
    }

    /// <summary>The segment files in the order of the log.</summary>
    internal static List<string> SegmentNames(ILogStorage storage) =>
        [.. storage.List().Where(name => SegmentLayout.TryParseFileName(name, out _)).Order(StringComparer.Ordinal)];

    /// <summary>Every segment is of this log, whole in length, and names the one before it: none is missing between two others.</summary>
    private void CheckHeaders(List<string> names)
    {
        var buffer = new byte[SegmentLayout.HeaderBytes];
        ulong? before = null;
        foreach (var name in names)
        {
            using var file = storage.Open(name);
            var firstIndex = SegmentLayout.TryParseFileName(name, out var parsed) ? parsed : 0;
            var isSound = SegmentHeader.TryRead(buffer.AsSpan(0, file.Read(0, buffer)), out var header, out var problem);
            var wrong = !isSound ? problem
                : header.FirstIndex != firstIndex ? $"the header says that the first entry is {header.FirstIndex}"
                : header.Origin != options.Origin ? $"this is the log of {header.Origin}, not of {options.Origin}"
                : header.FileBytes != file.Length ? $"the file has {file.Length} bytes, and had {header.FileBytes}"
                : before is not null && header.PreviousFirstIndex != before ? $"the segment before it, {SegmentLayout.FileName(header.PreviousFirstIndex)}, is missing"
                : null;
            if (wrong is not null)
            {
                throw Damaged(LogProblemKind.Segment, name, 0, firstIndex, wrong);
            }

            before = firstIndex;
        }
    }

    /// <summary>Reads the last segment whole, cuts what was never finished, and returns the cut bytes and the last entry's kind.</summary>
    private (long Cut, EntryKind? LastKind) ReadLast(ILogFile file, List<string> names)
    {
        var reader = SegmentReader.Open(file, out _)!;
        var checker = new GroupChecker(options.Origin, reader.Header.Before);
        var signed = SignedCheck.Of(checkpoints, storage);
        signed.Pass(checker.State);
        var lastGroup = (Offset: 0L, Count: 0, Root: Digest.Zero, KeyId: Digest.Zero, Signature: new byte[GroupCommit.SignatureBytes]);
        while (reader.MoveNext())
        {
            var group = reader.Current;
            if (checker.Check(group, file.Name, reader.Offset) is { } problem)
            {
                throw new AuditLogDamagedException(storage.Location, problem);
            }

            signed.Pass(checker.State);
            lastGroup = lastGroup with { Offset = reader.Offset, Count = group.Header.Count, Root = group.Trailer.BatchRoot, KeyId = group.Trailer.KeyId };
            group.Trailer.Signature.CopyTo(lastGroup.Signature);
        }

        if (reader.End == SegmentEnd.Damaged)
        {
            throw Damaged(reader, checker, file.Name);
        }

        // Hashes and check sums have spoken for the rest; one signature shows that this is the log that this key signed. After a change
        // of keys the last group may still be under the key before, which is not always at hand.
        var signer = lastGroup.KeyId == KeyThumbprint.Of(keys.Receipt) ? keys.Receipt
            : keys.FormerReceipt is { } former && lastGroup.KeyId == KeyThumbprint.Of(former) ? former
            : null;
        if (lastGroup.Count > 0 && signer is not null
            && new ReceiptVerifier().VerifyBatch((ulong)lastGroup.Count, lastGroup.Root, lastGroup.KeyId, lastGroup.Signature, _ => signer) != ReceiptVerdict.Valid)
        {
            throw Damaged(LogProblemKind.Signature, file.Name, lastGroup.Offset, State.Size, "the last group's signature is not the receipt key's");
        }

        signed.Complete(checker.State, file.Name, names);
        if (reader.End == SegmentEnd.Unfinished)
        {
            Cut(file, reader);
        }

        (State, LastFirstIndex, NextOffset) = (checker.State, reader.Header.FirstIndex, reader.NextOffset);
        return (reader.UnfinishedBytes, lastGroup.Count > 0 ? checker.LastEntry.Kind : null);
    }

    /// <summary>Zeros again: what is left of an unfinished group must not show through a later one that is torn, too.</summary>
    private static void Cut(ILogFile file, SegmentReader reader)
    {
        file.Write(reader.NextOffset, new byte[reader.UnfinishedBytes]);
        file.Sync();
    }

    private EntryKind? KindOfLast()
    {
        foreach (var entry in new LogReader(storage).Backwards(State.Size))
        {
            return Proofs.Entries.EntryReader.TryRead(entry.Bytes.Span, out var fields, out _) ? fields.Kind : null;
        }

        return null;
    }

    private AuditLogDamagedException Damaged(SegmentReader reader, GroupChecker checker, string name) =>
        reader.HasDamagedGroup && checker.Check(reader.Current, name, reader.Offset) is { } problem
            ? new AuditLogDamagedException(storage.Location, problem)
            : Damaged(LogProblemKind.Framing, name, reader.NextOffset, reader.NextIndex, reader.Problem);

    private AuditLogDamagedException Damaged(LogProblemKind kind, string name, long offset, ulong entry, string what) =>
        new(storage.Location, new LogProblem(kind, name, offset, entry, what));
}
