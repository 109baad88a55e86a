using System.Security.Cryptography;
using Exchange.Audit.Appending;
using Exchange.Audit.Checkpoints;
using Exchange.Audit.Proofs.Entries;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Audit.Reading;
using Exchange.Audit.Recovery;
using Exchange.Audit.Retention;
using Exchange.Audit.Storage;
using Exchange.Audit.Tiles;
using Exchange.Vocabulary;

namespace Exchange.Audit;

/// <summary>
/// A node's audit log: append-only, hash-chained, signed once a group commit. What it acknowledges is durable and survives power loss (I3);
/// when it cannot write, it refuses (I2). The format is docs/audit-format.md.
/// </summary>
public sealed class AuditLog : IAsyncDisposable
{
    private readonly AuditLogFiles _files;
    private readonly SegmentWriter _segments;
    private readonly AuditAppender _appender;
    private readonly Removal _removal;

    private AuditLog(AuditLogOptions options, AuditLogFiles files, CheckpointBook? checkpoints, LogRecovery recovery, RecoveryReport report, AuditLogKeys keys, TimeProvider clock)
    {
        (_files, Checkpoints) = (files, checkpoints);
        _segments = new SegmentWriter(files.Segments, options, clock, recovery.LastSegment, recovery.LastFirstIndex, recovery.NextOffset);
        if (recovery.LastSegment is null && !_segments.TryRoll(options.Origin, recovery.State))
        {
            _segments.Dispose();
            throw new LogStorageFullException($"There is no room for the audit log in {files.Segments.Location}: its first segment and a reserve take {2L * options.SegmentBytes} bytes.");
        }

        Origin = options.Origin;
        Reader = new LogReader(files.Segments, () => Size);
        Recovery = report;
        ReceiptKeyId = KeyThumbprint.Of(keys.Receipt);
        Tiles = files.Tiles is null ? null : new TileStore(files.Tiles, files.Segments, recovery.FirstIndex, recovery.State.Size, recovery.State.Tree.Root, options.RoomRetryInterval);
        _appender = new AuditAppender(options, recovery.State, _segments, Tiles, keys.Receipt, clock);
        Checkpoints?.Begin(_appender.Durable);
        _removal = new Removal(files.Segments, recovery.FirstIndex, Tiles, Checkpoints);
        try
        {
            if (recovery.UnsaidFormerKey is { } former && keys.ReceiptKeyChange is { } change)
            {
                // First of all, and under the key that everybody knows: what the present key signs is to be believed from here on.
                var isAtHand = keys.FormerReceipt is { } key && KeyThumbprint.Of(key) == former;
                _appender.AppendUnder(isAtHand ? keys.FormerReceipt! : keys.Receipt, change(former, ReceiptKeyId).Span);
            }
        }
        catch
        {
            Tiles?.Dispose();
            _segments.Dispose();
            throw;
        }

        _appender.Start();
    }

    /// <summary>The log's name.</summary>
    public string Origin { get; }

    /// <summary>The durable entries, by index and in order; for as long as the log is open.</summary>
    public LogReader Reader { get; }

    /// <summary>What opening found.</summary>
    public RecoveryReport Recovery { get; }

    /// <summary>RFC 7638 thumbprint of the receipt key.</summary>
    public Digest ReceiptKeyId { get; }

    /// <summary>The first entry that is kept: what stood before it was removed after its time.</summary>
    public ulong FirstIndex => _removal.FirstIndex;

    /// <summary>Number of durable entries.</summary>
    public ulong Size => _appender.Durable.Size;

    /// <summary>Group commits since the log was opened: each is one signature and one sync.</summary>
    public long Commits => _appender.Commits;

    /// <summary>The hash tiles of the durable entries; null where none are kept.</summary>
    public TileStore? Tiles { get; }

    /// <summary>The checkpoints that were signed; null where none are kept.</summary>
    public CheckpointBook? Checkpoints { get; }

    /// <summary>The failure after which nothing is appended any more; null while the log is well. Only a new start can mend it.</summary>
    public Exception? Fault => Faulted.IsCompletedSuccessfully ? Faulted.Result : null;

    /// <summary>Completes with the failure that ended appending, when there is one: the node's sign to end itself.</summary>
    public Task<Exception> Faulted => _appender.Faulted;

    /// <summary>Creates the log in its storage, or recovers the one that is there. The log then owns the storage, not the key.</summary>
    /// <param name="options">Name and measures.</param>
    /// <param name="storage">Where the segments are; neither tiles nor checkpoints are kept.</param>
    /// <param name="receiptKey">Signs the group commits, on P-256; used by the appender's thread alone while the log is open.</param>
    /// <param name="clock">The time of entries.</param>
    /// <inheritdoc cref="Open(AuditLogOptions, AuditLogFiles, AuditLogKeys, TimeProvider)" path="exception"/>
    public static AuditLog Open(AuditLogOptions options, ILogStorage storage, ECDsa receiptKey, TimeProvider clock) =>
        Open(options, new AuditLogFiles(storage), new AuditLogKeys(receiptKey), clock);

    /// <summary>Creates the log in its files, or recovers the one that is there. The log then owns the files, not the keys.</summary>
    /// <param name="options">Name and measures.</param>
    /// <param name="files">Where the segments are, and what is kept beside them.</param>
    /// <param name="keys">What the log signs with.</param>
    /// <param name="clock">The time of entries.</param>
    /// <exception cref="AuditLogDamagedException">The log holds what no crash can have left, or lacks what it has signed.</exception>
    /// <exception cref="CheckpointUnreadableException">The newest checkpoint that it has signed cannot be read.</exception>
    /// <exception cref="ArgumentException">An option is out of its range, or the key is not on P-256.</exception>
    /// <exception cref="IOException">The storage fails or has no room.</exception>
    public static AuditLog Open(AuditLogOptions options, AuditLogFiles files, AuditLogKeys keys, TimeProvider clock)
    {
        AuditLogOptions.Validate(options);
        LogRecovery? recovery = null;
        try
        {
            // What was signed comes first: recovery holds the log against it before it changes a byte.
            var checkpoints = files.Checkpoints is null ? null : new CheckpointBook(files.Checkpoints, options.Origin, keys.Checkpoints, clock);
            recovery = new LogRecovery(options, files.Segments, keys, checkpoints);
            return new AuditLog(options, files, checkpoints, recovery, recovery.Run(), keys, clock);
        }
        catch
        {
            recovery?.LastSegment?.Dispose();
            files.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Says that somebody is at work on what will end in an append, until <see cref="Retract"/>: while others wait already, a group commit waits for it
    /// up to <see cref="AuditLogOptions.GatheringTime"/>. Nobody has to say so; an append that was not announced is as good.
    /// </summary>
    public void Announce() => _appender.Announce();

    /// <summary>Takes back one <see cref="Announce"/>: the append is answered, or will not come.</summary>
    public void Retract() => _appender.Retract();

    /// <summary>
    /// Appends an entry; completes when it is durable or refused, never with an exception. There is no cancellation: from here on a
    /// transfer completes, and only its answer may be lost.
    /// </summary>
    /// <param name="body">The serialised AuditEntry without its first three fields, canonical; unchanged until completion.</param>
    /// <param name="bound">What the receipt binds: <see cref="EntryFields.BoundDigest"/> of the body.</param>
    /// <param name="gate">Asked last, in the order of the log.</param>
    /// <param name="isCritical">Whether the entry may use the room that is left when the disk is full: withdrawals and stops.</param>
    /// <exception cref="ArgumentException">The body is no canonical entry, or binds something else: a fault of the caller.</exception>
    public ValueTask<AppendResult> AppendAsync(ReadOnlyMemory<byte> body, in Digest bound, IReleaseGate? gate = null, bool isCritical = false)
    {
        if (!EntryReader.TryReadBody(body.Span, out var fields, out var problem))
        {
            throw new ArgumentException($"The body is no canonical AuditEntry: {problem}.", nameof(body));
        }

        if (fields.BoundDigest != bound)
        {
            throw new ArgumentException("The bound digest is not the one that the body names.", nameof(bound));
        }

        return _appender.AppendAsync(body, bound, gate, isCritical);
    }

    /// <summary>
    /// Removes the segments all of whose entries are below an index: after the entry that says so is durable, the hashes of what goes are, and a
    /// checkpoint of it all is. What remains verifies. Does nothing, and appends nothing, when no whole segment is below.
    /// </summary>
    /// <param name="minimumIndex">Entries below it are not kept any more; a multiple of 256.</param>
    /// <param name="body">The entry, of kind ENTRIES_REMOVED with this <c>minimum_index</c>, as <see cref="AppendAsync"/> takes it.</param>
    /// <returns><see cref="ErrorCode.None"/>, or why the entry could not be appended: then nothing was removed.</returns>
    /// <exception cref="ArgumentException">The index is no multiple of 256 or beyond the log's end, or the entry is another.</exception>
    /// <exception cref="InvalidOperationException">The log keeps no hash tiles, without which nothing could be proven of what is left.</exception>
    /// <exception cref="IOException">Something could not be made durable, or not be removed. What is there is a sound log; it may be tried again.</exception>
    public async Task<ErrorCode> RemoveBeforeAsync(ulong minimumIndex, ReadOnlyMemory<byte> body)
    {
        try
        {
            return await _removal.BeforeAsync(_appender, minimumIndex, body);
        }
        finally
        {
            Reader.Refresh();
        }
    }

    /// <summary>The entries that are durable now, newest first; reads no further back than it is asked.</summary>
    public IEnumerable<StoredEntry> ReadBackwards() => Reader.Backwards(Size);

    /// <summary>Serves who waits, refuses who comes later, and closes the files. Writes no entry of its own.</summary>
    public async ValueTask DisposeAsync()
    {
        await _appender.StopAsync();
        _appender.Dispose();
        Tiles?.Dispose();
        _removal.Dispose();
        _segments.Dispose();
        _files.Dispose();
    }
}
