using System.Runtime.CompilerServices;
using Exchange.Audit.Proofs.Checkpoints;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Client.Auditing;
using Exchange.Client.Evidence;
using Exchange.Client.Transport;
using Exchange.Format.V1;
using Exchange.V1;
using Exchange.Vocabulary;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Exchange.Client;

/// <summary>
/// An auditor's side of the exchange: reads the node's log and believes none of it. Every checkpoint is checked against pinned keys and
/// against the largest that was seen before, every proof against a checkpoint. Safe for concurrent use.
/// </summary>
public sealed class AuditClient : IAsyncDisposable
{
    private const string CheckpointSuffix = ".checkpoint";

    /// <summary>How often an export goes on after it was cut off without having brought a single file more.</summary>
    private const int FruitlessAttempts = 3;

    private readonly ExchangeClientOptions _options;
    private readonly GrpcChannel _channel;
    private readonly V1.Audit.AuditClient _audit;
    private readonly LargestReceipts _largest;
    private readonly RefusalReader _refusals;
    private readonly NodeCalls _calls;
    private readonly CheckpointInspector _checkpoints;

    /// <summary>One checkpoint after another: each is held against the one before.</summary>
    private readonly SemaphoreSlim _order = new(1);

    private AuditClient(ExchangeClientOptions options)
    {
        _options = options;
        _channel = NodeChannel.Open(options);
        _audit = new V1.Audit.AuditClient(_channel);
        _largest = new LargestReceipts(options.StateFile, options.Clock);
        _refusals = new RefusalReader(new ReceiptInspector(options.Origin, options.ReceiptKeys, _largest), options);
        _calls = new NodeCalls(options, _refusals);
        _checkpoints = new CheckpointInspector(options.Origin, options.CheckpointKeys, options.StateFile is { } state ? state + CheckpointSuffix : null);
    }

    /// <summary>Makes a client. The connection is opened by the first call.</summary>
    /// <exception cref="InvalidDataException">What it remembers of earlier checkpoints cannot be read.</exception>
    public static AuditClient Connect(ExchangeClientOptions options) => new(options);

    /// <summary>The newest checkpoint, shown to continue the largest that was seen before.</summary>
    /// <param name="signNow">Whether the node is to sign one over everything that it has acknowledged; for auditors and operators.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ExchangeRefusedException">The node refused or was not reached.</exception>
    /// <exception cref="ExchangeEvidenceException">The checkpoint does not hold.</exception>
    public async Task<Checkpoint> GetCheckpointAsync(bool signNow = false, CancellationToken cancellationToken = default)
    {
        var (_, checkpoint) = await GetNoteAsync(signNow, cancellationToken).ConfigureAwait(false);
        return checkpoint;
    }

    /// <summary>As <see cref="GetCheckpointAsync"/>, with the signed note as it came: what one keeps.</summary>
    /// <inheritdoc cref="GetCheckpointAsync"/>
    public async Task<(ReadOnlyMemory<byte> Note, Checkpoint Checkpoint)> GetNoteAsync(bool signNow = false, CancellationToken cancellationToken = default)
    {
        await _order.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var known = _checkpoints.KnownSize;
            var request = new GetCheckpointRequest { SignNow = signNow, KnownSize = known };
            var response = await _calls.AnswerAsync(_audit.GetCheckpointAsync(request, _calls.Options(cancellationToken))).ConfigureAwait(false);
            return (response.Checkpoint.Memory, _checkpoints.Accept(response.Checkpoint.Span, known, Digests(response.Consistency)));
        }
        finally
        {
            _order.Release();
        }
    }

    /// <summary>
    /// That an entry is in the log: a file that verifies without the node, whose checkpoint continues the largest that was seen before.
    /// </summary>
    /// <param name="index">The entry.</param>
    /// <param name="leafHash">What it must hash to, from a receipt; null to take the entry's own bytes, which then come with the proof.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ExchangeRefusedException">The node refused or was not reached.</exception>
    /// <exception cref="ExchangeEvidenceException">The proof does not hold.</exception>
    public async Task<EntryProof> ProveAsync(ulong index, Digest? leafHash = null, CancellationToken cancellationToken = default)
    {
        var request = new GetInclusionProofRequest { Index = index, WithEntry = leafHash is null };
        var response = await _calls.AnswerAsync(_audit.GetInclusionProofAsync(request, _calls.Options(cancellationToken))).ConfigureAwait(false);
        if (!EntryProof.TryParse(response.Proof.Span, out var proof, out var problem))
        {
            throw new ExchangeEvidenceException($"The node's proof cannot be read: {problem}.");
        }

        var leaf = leafHash ?? TreeHash.Leaf(proof.Extra.Span);
        if (proof.Index != index || !proof.Verifies(leaf, [.. _options.CheckpointKeys], out var checkpoint))
        {
            throw new ExchangeEvidenceException($"The node's proof of entry {index} does not verify under the pinned keys.");
        }

        await ContinueAsync(proof.Note.ToBytes(), checkpoint, cancellationToken).ConfigureAwait(false);
        return proof;
    }

    /// <summary>One entry by its place.</summary>
    /// <exception cref="ExchangeRefusedException">The node refused or was not reached.</exception>
    public Task<LogEntry> GetEntryAsync(ulong index, CancellationToken cancellationToken = default) =>
        GetEntryAsync(new GetEntryRequest { Index = index }, cancellationToken);

    /// <summary>The entry of a transfer, or of another event.</summary>
    /// <exception cref="ExchangeRefusedException">The node refused or was not reached.</exception>
    public Task<LogEntry> GetEntryAsync(TransferId transfer, CancellationToken cancellationToken = default) =>
        GetEntryAsync(new GetEntryRequest { TransferId = ByteString.CopyFrom(transfer.ToArray()) }, cancellationToken);

    /// <summary>Entries that meet every condition, in the order of the log; the node reads page by page, all of one state of the log.</summary>
    /// <exception cref="ExchangeRefusedException">The node refused or was not reached.</exception>
    public async IAsyncEnumerable<LogEntry> QueryAsync(LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new QueryLogRequest
        {
            Consumer = query.Consumer?.Value ?? string.Empty,
            Provider = query.Provider?.Value ?? string.Empty,
            Dataset = query.Dataset?.Value ?? string.Empty,
            Purpose = query.Purpose?.Value ?? string.Empty,
            TransferId = query.Transfer is { } transfer ? ByteString.CopyFrom(transfer.ToArray()) : ByteString.Empty,
            Kinds = { query.Kinds },
            Outcome = query.Outcome,
            Period = query.From is null && query.Until is null ? null : new TimeRange { Start = query.From?.Microseconds ?? 0, End = query.Until?.Microseconds ?? 0 },
            Subject = query.Scheme is { } scheme ? new Subject { Scheme = scheme.Value, Value = query.Subject ?? string.Empty } : null,
            FirstIndex = query.FirstIndex,
            EndIndex = query.EndIndex,
            PageSize = (uint)query.PageSize,
        };
        do
        {
            var page = await _calls.AnswerAsync(_audit.QueryAsync(request, _calls.Options(cancellationToken))).ConfigureAwait(false);
            foreach (var entry in page.Entries)
            {
                yield return Read(entry);
            }

            (request.FirstIndex, request.EndIndex) = (page.NextIndex, page.EndIndex);
        }
        while (request.FirstIndex != 0);
    }

    /// <summary>
    /// Brings the log, or a range of it, into a folder as a published log, for <c>exchange-verify</c> or any tlog-tiles client. An export that was
    /// cut off goes on behind the last whole file, at once and when it is called again. Its checkpoint is checked, also against the largest that was seen before; the entries are not.
    /// </summary>
    /// <exception cref="ExchangeRefusedException">The node refused, or was not reached any more.</exception>
    /// <exception cref="ExchangeEvidenceException">The export's checkpoint does not hold, or what came was no export.</exception>
    public async Task<LogExportResult> ExportAsync(LogExportRange range, string folder, IProgress<LogExportResult>? progress = null, CancellationToken cancellationToken = default)
    {
        using var target = new ExportTarget(folder, range);
        var request = new ExportLogRequest { FirstIndex = range.FirstIndex, EndIndex = range.EndIndex, Linkage = range.Linkage };
        for (var fruitless = 0; !target.IsDone;)
        {
            var before = target.Files;
            (request.CheckpointSize, request.After) = (target.CheckpointSize, target.After);
            try
            {
                await ReceiveAsync(request, target, progress, cancellationToken).ConfigureAwait(false);
                if (!target.IsDone)
                {
                    throw new ExchangeEvidenceException("The node's export ended without its checkpoint.");
                }
            }
            catch (ExchangeRefusedException refused) when (refused.Retryable && refused.Receipt is null && (target.Files > before || ++fruitless < FruitlessAttempts))
            {
                fruitless = target.Files > before ? 0 : fruitless;
                target.Interrupt();
            }
        }

        return new LogExportResult(target.CheckpointSize, target.Files, target.Bytes);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _largest.Dispose();
        _channel.Dispose();
        _order.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ReceiveAsync(ExportLogRequest request, ExportTarget target, IProgress<LogExportResult>? progress, CancellationToken cancellationToken)
    {
        using var call = _audit.Export(request, new CallOptions(cancellationToken: cancellationToken));
        try
        {
            var note = new MemoryStream();
            while (await call.ResponseStream.MoveNext(cancellationToken).ConfigureAwait(false))
            {
                var part = call.ResponseStream.Current;
                if (part.Path == Audit.Proofs.Publication.PublishedPath.Checkpoint)
                {
                    note.Write(part.Data.Span);
                    if (part.Last)
                    {
                        await CheckNoteAsync(note.ToArray(), part.CheckpointSize, cancellationToken).ConfigureAwait(false);
                    }
                }

                target.Write(part);
                if (part.Last)
                {
                    progress?.Report(new LogExportResult(target.CheckpointSize, target.Files, target.Bytes));
                }
            }
        }
        catch (RpcException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (RpcException exception)
        {
            throw _refusals.Read(exception);
        }
    }

    private async Task CheckNoteAsync(byte[] bytes, ulong size, CancellationToken cancellationToken)
    {
        if (!_checkpoints.TryRead(bytes, out _, out var checkpoint, out var problem) || checkpoint.Size != size)
        {
            throw new ExchangeEvidenceException($"The export's checkpoint does not hold: {(problem.Length > 0 ? problem : "it has another size than was said")}.");
        }

        await ContinueAsync(bytes, checkpoint, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A checkpoint that came with something else must continue the largest that was seen before, or be of its beginning.</summary>
    private async Task ContinueAsync(byte[] note, Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        await _order.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var known = _checkpoints.KnownSize;
            Digest[] path = [];
            if (known > 0 && known != checkpoint.Size)
            {
                var request = new GetConsistencyProofRequest { OldSize = Math.Min(known, checkpoint.Size), NewSize = Math.Max(known, checkpoint.Size) };
                path = Digests((await _calls.AnswerAsync(_audit.GetConsistencyProofAsync(request, _calls.Options(cancellationToken))).ConfigureAwait(false)).Path);
            }

            if (known >= checkpoint.Size && known > 0)
            {
                _checkpoints.HoldEarlier(checkpoint, known, path);
            }
            else
            {
                _checkpoints.Accept(note, known, path);
            }
        }
        finally
        {
            _order.Release();
        }
    }

    private async Task<LogEntry> GetEntryAsync(GetEntryRequest request, CancellationToken cancellationToken) =>
        Read((await _calls.AnswerAsync(_audit.GetEntryAsync(request, _calls.Options(cancellationToken))).ConfigureAwait(false)).Entry);

    private static LogEntry Read(LoggedEntry entry) => new(entry.Index, entry.Entry.Memory, TreeHash.Leaf(entry.Entry.Span), AuditEntry.Parser.ParseFrom(entry.Entry));

    private static Digest[] Digests(IEnumerable<ByteString> hashes)
    {
        var digests = new List<Digest>();
        foreach (var hash in hashes)
        {
            digests.Add(hash.Length == Digest.Size ? new Digest(hash.Span) : throw new ExchangeEvidenceException($"A hash of a proof has {hash.Length} bytes, not {Digest.Size}."));
        }

        return [.. digests];
    }
}
