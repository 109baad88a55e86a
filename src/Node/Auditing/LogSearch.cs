using Exchange.Audit;
using Exchange.Audit.Queries;
using Exchange.Node.Identity;
using Exchange.Node.Refusals;
using Exchange.Node.Snapshots;
using Exchange.Node.Subjects;
using Exchange.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Node.Auditing;

/// <summary>
/// Entries for auditors and operators: one by its place or transfer, or all that meet conditions, a page at a time. A page is found first, then the
/// reading is recorded, then it is answered. Who asks about a person has that in the log under the person's pseudonym: it is in the person's report.
/// </summary>
internal sealed class LogSearch(AuditLog log, EntryIndex index, LogProofs proofs, LogReadings readings, SubjectVault vault, SnapshotHolder snapshots)
{
    private const int DefaultPageSize = 100;
    private const int MaximumPageSize = 1000;

    /// <summary>A page ends early when its entries are large: foreign clients take no message of more than 4 MiB.</summary>
    private const int MaximumPageBytes = 2 * 1024 * 1024;

    internal async ValueTask<LogAnswer<QueryLogResponse>> QueryAsync(Member reader, QueryLogRequest request, CancellationToken cancellation)
    {
        var facts = readings.Begin(reader, LogReadings.Query);
        if (!LogReadings.MayRead(reader))
        {
            return await readings.RefuseAsync(facts, ErrorCode.RoleMissing).ConfigureAwait(false);
        }

        if (LogQueryReader.Read(request, out var violation) is not { } query || request.PageSize > MaximumPageSize)
        {
            return await readings.RefuseAsync(facts, ErrorCode.RequestMalformed, violation.Field is null ? new Violation("page_size", $"must be {MaximumPageSize} at most") : violation).ConfigureAwait(false);
        }

        var size = log.Size;
        var end = request.EndIndex == 0 ? size : request.EndIndex;
        if (end > size || request.FirstIndex > end)
        {
            return await readings.RefuseAsync(facts, ErrorCode.EntryUnknown, new Violation(end > size ? "end_index" : "first_index", LogProofs.Shorter(size))).ConfigureAwait(false);
        }

        if (request.Subject is not null)
        {
            if (!LogQueryReader.TryReadSubject(request, snapshots.Current, out var name, out violation))
            {
                return await readings.RefuseAsync(facts, ErrorCode.RequestMalformed, violation).ConfigureAwait(false);
            }

            var keys = new SubjectKeys(vault, name, log.Origin);
            facts.NameSubject(keys.Subject, keys.Current, log.Origin);
            var other = query.Test;
            query = query with { Test = (at, entry) => (other is null || other(at, entry)) && keys.Fit(entry) };
        }

        // A query looks at the disk, and its first one may make an index: nothing for the threads that answer calls.
        var response = await Task.Run(() => Page(query with { To = end }, (int)request.PageSize, cancellation), cancellation).ConfigureAwait(false);
        response.EndIndex = end;
        var to = response.NextIndex == 0 ? end : response.NextIndex;
        return await readings.RecordAsync(facts, request.FirstIndex, to, (ulong)response.Entries.Count).ConfigureAwait(false) is { } refusal ? refusal : response;
    }

    internal async ValueTask<LogAnswer<GetEntryResponse>> EntryAsync(Member reader, GetEntryRequest request, CancellationToken cancellation)
    {
        var facts = readings.Begin(reader, LogReadings.Entry);
        if (!LogReadings.MayRead(reader))
        {
            return await readings.RefuseAsync(facts, ErrorCode.RoleMissing).ConfigureAwait(false);
        }

        var at = request.Index;
        if (request.ByCase == GetEntryRequest.ByOneofCase.TransferId)
        {
            if (request.TransferId.Length != TransferId.Size)
            {
                return await readings.RefuseAsync(facts, ErrorCode.RequestMalformed, new Violation("transfer_id", $"must be {TransferId.Size} bytes")).ConfigureAwait(false);
            }

            var found = await Task.Run(() => index.Find(new EntryQuery { TransferId = request.TransferId.Memory }, cancellation).Cast<StoredEntry?>().FirstOrDefault(), cancellation).ConfigureAwait(false);
            if (found is null)
            {
                return await readings.RefuseAsync(facts, ErrorCode.EntryUnknown, new Violation("transfer_id", "no entry that is kept has this id")).ConfigureAwait(false);
            }

            at = found.Value.Index;
        }
        else if (request.ByCase == GetEntryRequest.ByOneofCase.None)
        {
            return await readings.RefuseAsync(facts, ErrorCode.RequestMalformed, new Violation("by", "say index or transfer_id")).ConfigureAwait(false);
        }

        if (at >= log.Size)
        {
            return await readings.RefuseAsync(facts, ErrorCode.EntryUnknown, new Violation("index", LogProofs.Shorter(log.Size))).ConfigureAwait(false);
        }

        if (at < log.FirstIndex)
        {
            return await readings.RefuseAsync(facts, ErrorCode.EntryRemoved, new Violation("index", LogProofs.Removed(log.FirstIndex))).ConfigureAwait(false);
        }

        var response = new GetEntryResponse { Entry = new LoggedEntry { Index = at, Entry = UnsafeByteOperations.UnsafeWrap(proofs.EntryAt(at)) } };
        return await readings.RecordAsync(facts, at, at + 1, 1).ConfigureAwait(false) is { } refusal ? refusal : response;
    }

    private QueryLogResponse Page(EntryQuery query, int pageSize, CancellationToken cancellation)
    {
        var (wanted, bytes) = (pageSize == 0 ? DefaultPageSize : pageSize, 0);
        var response = new QueryLogResponse();
        foreach (var entry in index.Find(query, cancellation))
        {
            if (response.Entries.Count == wanted || bytes > MaximumPageBytes)
            {
                response.NextIndex = entry.Index;
                break;
            }

            response.Entries.Add(new LoggedEntry { Index = entry.Index, Entry = UnsafeByteOperations.UnsafeWrap(entry.Bytes) });
            bytes += entry.Bytes.Length;
        }

        return response;
    }
}
