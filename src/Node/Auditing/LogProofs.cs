using System.Globalization;
using Exchange.Audit;
using Exchange.Audit.Proofs.Checkpoints;
using Exchange.Audit.Proofs.Notes;
using Exchange.Audit.Proofs.Tiles;
using Exchange.Node.Identity;
using Exchange.Node.Refusals;
using Exchange.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Node.Auditing;

/// <summary>
/// Checkpoints and proofs, cut out of the hash tiles. A checkpoint says how large the log is and no more, so every member may have it, and with
/// it the proof that it continues the one that the member holds.
/// </summary>
internal sealed class LogProofs(AuditLog log, LogCheckpoints checkpoints, LogReadings readings)
{
    internal async ValueTask<LogAnswer<GetCheckpointResponse>> CheckpointAsync(Member member, GetCheckpointRequest request)
    {
        var facts = readings.Begin(member, string.Empty);
        if (request.SignNow && !LogReadings.MayRead(member))
        {
            return await readings.RefuseAsync(facts, ErrorCode.RoleMissing).ConfigureAwait(false);
        }

        if (request.SignNow && request.Size != 0)
        {
            return await readings.RefuseAsync(facts, ErrorCode.RequestMalformed, new Violation("size", "a checkpoint that is signed now has the size that the log has now")).ConfigureAwait(false);
        }

        var note = request.SignNow ? checkpoints.Sign() : request.Size == 0 ? checkpoints.NewestOrNew() : checkpoints.Of(request.Size);
        if (note is null)
        {
            return await readings.RefuseAsync(facts, ErrorCode.CheckpointUnknown, UnknownSize("size", request.Size)).ConfigureAwait(false);
        }

        var response = new GetCheckpointResponse { Checkpoint = Bytes(note) };
        var size = LogCheckpoints.Read(note).Size;
        if (request.KnownSize > size)
        {
            return await readings.RefuseAsync(facts, ErrorCode.EntryUnknown, new Violation("known_size", Shorter(size))).ConfigureAwait(false);
        }

        response.Consistency.Add(Bytes(Tree(size).ConsistencyPath(request.KnownSize, size)));
        return response;
    }

    internal async ValueTask<LogAnswer<GetConsistencyProofResponse>> ConsistencyAsync(Member member, GetConsistencyProofRequest request)
    {
        var size = request.NewSize == 0 ? LogCheckpoints.Read(checkpoints.NewestOrNew()).Size : request.NewSize;
        if (size > log.Size || request.OldSize > size)
        {
            var violation = size > log.Size ? new Violation("new_size", Shorter(log.Size)) : new Violation("old_size", Shorter(size));
            return await readings.RefuseAsync(readings.Begin(member, string.Empty), ErrorCode.EntryUnknown, violation).ConfigureAwait(false);
        }

        return new GetConsistencyProofResponse { NewSize = size, Path = { Bytes(Tree(size).ConsistencyPath(request.OldSize, size)) } };
    }

    internal async ValueTask<LogAnswer<GetInclusionProofResponse>> InclusionAsync(Member reader, GetInclusionProofRequest request)
    {
        var facts = readings.Begin(reader, LogReadings.Proof);
        if (!LogReadings.MayRead(reader))
        {
            return await readings.RefuseAsync(facts, ErrorCode.RoleMissing).ConfigureAwait(false);
        }

        if (request.Index >= log.Size)
        {
            return await readings.RefuseAsync(facts, ErrorCode.EntryUnknown, new Violation("index", Shorter(log.Size))).ConfigureAwait(false);
        }

        if (request.WithEntry && request.Index < log.Reader.FirstIndex)
        {
            return await readings.RefuseAsync(facts, ErrorCode.EntryRemoved, new Violation("index", Removed(log.Reader.FirstIndex))).ConfigureAwait(false);
        }

        var note = request.Size == 0 ? checkpoints.NewestWith(request.Index) : checkpoints.Of(request.Size);
        if (note is null)
        {
            return await readings.RefuseAsync(facts, ErrorCode.CheckpointUnknown, UnknownSize("size", request.Size)).ConfigureAwait(false);
        }

        var size = LogCheckpoints.Read(note).Size;
        if (request.Index >= size)
        {
            return await readings.RefuseAsync(facts, ErrorCode.EntryUnknown, new Violation("size", $"the checkpoint of {size} entries does not reach to entry {request.Index}")).ConfigureAwait(false);
        }

        if (await readings.RecordAsync(facts, request.Index, request.Index + 1, 1).ConfigureAwait(false) is { } refusal)
        {
            return refusal;
        }

        var proof = new EntryProof(request.Index, [.. Tree(size).InclusionPath(request.Index, size)], note, request.WithEntry ? EntryAt(request.Index) : default);
        return new GetInclusionProofResponse { Proof = UnsafeByteOperations.UnsafeWrap(proof.ToBytes()) };
    }

    internal static string Shorter(ulong size) => string.Create(CultureInfo.InvariantCulture, $"the log has {size} entries");

    internal static string Removed(ulong firstIndex) => string.Create(CultureInfo.InvariantCulture, $"entries below {firstIndex} are no longer kept");

    internal byte[] EntryAt(ulong index)
    {
        using var entries = log.Reader.Entries(index, index + 1);
        return entries.MoveNext() ? entries.Current.ToArray() : throw new IOException($"Entry {index} cannot be read.");
    }

    private TiledTree Tree(ulong size) => new(log.Tiles!, size);

    private static ByteString Bytes(SignedNote note) => UnsafeByteOperations.UnsafeWrap(note.ToBytes());

    private static IEnumerable<ByteString> Bytes(IEnumerable<Digest> path) => path.Select(hash => UnsafeByteOperations.UnsafeWrap(hash.ToArray()));

    private static Violation UnknownSize(string field, ulong size) => new(field, string.Create(CultureInfo.InvariantCulture, $"no checkpoint of {size} entries is kept"));
}
