using System.Buffers;
using System.Collections.Concurrent;
using Exchange.Audit;
using Exchange.Audit.Export;
using Exchange.Audit.Proofs.Publication;
using Exchange.Node.Identity;
using Exchange.Node.Linkage;
using Exchange.Node.Refusals;
using Exchange.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Node.Auditing;

/// <summary>
/// Sends the files of a published log, one after another. One file is in memory at a time, the next part is cut when the reader has taken the one
/// before, and no more than a few exports are under way: an export costs the node what a slow reader makes of it, and no more.
/// </summary>
internal sealed class LogExport(AuditLog log, PublishedLog published, LogCheckpoints checkpoints, LinkageExport linkage, LogReadings readings)
{
    /// <summary>Exports at the same time, one of each member.</summary>
    internal const int MaximumExports = 2;

    /// <summary>Bytes of one part: with its path well below a frame's worth of what clients accept.</summary>
    internal const int PartBytes = 64 * 1024;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<MemberId, byte> _readers = new();
    private int _exports;

    /// <summary>Sends what was asked for; null when that is done, otherwise why nothing was sent.</summary>
    /// <param name="reader">Who asks.</param>
    /// <param name="request">For what.</param>
    /// <param name="send">Takes a part when there is room for it.</param>
    /// <param name="cancellation">The caller has left, or its connection ends; files that were sent whole need not be sent again.</param>
    /// <exception cref="OperationCanceledException">The caller has left.</exception>
    internal async Task<Refusal?> SendAsync(Member reader, ExportLogRequest request, Func<ExportedPart, CancellationToken, Task> send, CancellationToken cancellation)
    {
        var facts = readings.Begin(reader, LogReadings.Export);
        if (!LogReadings.MayRead(reader) || (request.Linkage && !reader.Roles.HasFlag(MemberRoles.Auditor)))
        {
            return await readings.RefuseAsync(facts, ErrorCode.RoleMissing).ConfigureAwait(false);
        }

        if (!TryEnter(reader.Id))
        {
            return await readings.RefuseAsync(facts, ErrorCode.ExportsBusy, retryAfter: RetryAfter).ConfigureAwait(false);
        }

        try
        {
            var note = request.CheckpointSize == 0 ? checkpoints.NewestOrNew() : checkpoints.Of(request.CheckpointSize);
            if (note is null)
            {
                return await readings.RefuseAsync(facts, ErrorCode.CheckpointUnknown, new Violation("checkpoint_size", "no checkpoint of this size is kept")).ConfigureAwait(false);
            }

            using var files = published.Open(LogCheckpoints.Read(note).Size) ?? throw new IOException("A checkpoint was there and is not any more.");
            var (from, to) = (request.FirstIndex, request.EndIndex == 0 ? files.Checkpoint.Size : request.EndIndex);
            if (from > to || to > files.Checkpoint.Size)
            {
                return await readings.RefuseAsync(facts, ErrorCode.EntryUnknown, new Violation("end_index", $"the range is [{from}, {to}), and the checkpoint has {files.Checkpoint.Size} entries")).ConfigureAwait(false);
            }

            if (from < log.Reader.FirstIndex)
            {
                return await readings.RefuseAsync(facts, ErrorCode.EntryRemoved, new Violation("first_index", LogProofs.Removed(log.Reader.FirstIndex))).ConfigureAwait(false);
            }

            if (await readings.RecordAsync(facts, from, to, to - from).ConfigureAwait(false) is { } refusal)
            {
                return refusal;
            }

            // The linkage comes first, so that the checkpoint is the last file in any case.
            if (request.Linkage && request.After.Length == 0)
            {
                await SendLinkageAsync(files.Checkpoint.Size, linkage.Write(from, to, PartBytes), send, cancellation).ConfigureAwait(false);
            }

            var after = request.After == PublishedPath.Linkage ? string.Empty : request.After;
            await SendAsync(files, Behind(after, files.Paths(from, to)), send, cancellation).ConfigureAwait(false);
            return null;
        }
        finally
        {
            Leave(reader.Id);
        }
    }

    /// <summary>A piece is sent when the next one shows that it was not the last.</summary>
    private static async Task SendLinkageAsync(ulong checkpointSize, IEnumerable<ReadOnlyMemory<byte>> pieces, Func<ExportedPart, CancellationToken, Task> send, CancellationToken cancellation)
    {
        var (offset, part) = (0UL, new ExportedPart());
        foreach (var piece in pieces)
        {
            if (!part.Data.IsEmpty)
            {
                await send(part, cancellation).ConfigureAwait(false);
            }

            part = new ExportedPart { Path = PublishedPath.Linkage, Offset = offset, Data = ByteString.CopyFrom(piece.Span), CheckpointSize = checkpointSize };
            offset += (ulong)piece.Length;
        }

        part.Last = true;
        await send(part, cancellation).ConfigureAwait(false);
    }

    private static async Task SendAsync(PublishedFiles files, IEnumerable<string> paths, Func<ExportedPart, CancellationToken, Task> send, CancellationToken cancellation)
    {
        var content = new ArrayBufferWriter<byte>(PartBytes);
        foreach (var path in paths)
        {
            cancellation.ThrowIfCancellationRequested();
            content.ResetWrittenCount();
            if (!files.TryWrite(path, content))
            {
                throw new IOException($"{path} is gone: entries were removed under their retention period while they were exported.");
            }

            var offset = 0;
            do
            {
                var part = content.WrittenMemory.Slice(offset, Math.Min(PartBytes, content.WrittenCount - offset));
                await send(
                    new ExportedPart
                    {
                        Path = path,
                        Offset = (ulong)offset,
                        Data = UnsafeByteOperations.UnsafeWrap(part),
                        Last = offset + part.Length == content.WrittenCount,
                        CheckpointSize = files.Checkpoint.Size,
                    },
                    cancellation).ConfigureAwait(false);
                offset += part.Length;
            }
            while (offset < content.WrittenCount);
        }
    }

    /// <summary>The paths behind one; none when it is not among them, and the reader misses the checkpoint, which comes last.</summary>
    private static IEnumerable<string> Behind(string after, IEnumerable<string> paths) => after.Length == 0 ? paths : paths.SkipWhile(path => path != after).Skip(1);

    private bool TryEnter(MemberId reader)
    {
        if (!_readers.TryAdd(reader, 0))
        {
            return false;
        }

        if (Interlocked.Increment(ref _exports) <= MaximumExports)
        {
            return true;
        }

        Leave(reader);
        return false;
    }

    private void Leave(MemberId reader)
    {
        Interlocked.Decrement(ref _exports);
        _readers.TryRemove(reader, out _);
    }
}
