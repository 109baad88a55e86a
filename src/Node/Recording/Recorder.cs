using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using Exchange.Audit;
using Exchange.Format.V1;
using Exchange.Node.Linkage;
using Exchange.Node.Refusals;
using Exchange.Node.Transfers;
using Exchange.Vocabulary;

namespace Exchange.Node.Recording;

/// <summary>Makes entries durable. What waits for it may be released, or is refused; there is no best effort (I2).</summary>
internal sealed class Recorder(AuditLog log, EntryLinkage linkage)
{
    private readonly byte[] _origin = Encoding.UTF8.GetBytes(log.Origin);

    internal string Origin => log.Origin;

    /// <summary>The same as UTF-8.</summary>
    internal ReadOnlySpan<byte> OriginBytes => _origin;

    /// <summary>A transfer has begun that will end in an entry: who commits entries waits for it a little, if others wait already.</summary>
    internal void Announce() => log.Announce();

    /// <summary>It has ended.</summary>
    internal void Retract() => log.Retract();

    /// <summary>
    /// Completes when the entry is durable, or with the reason why there is none. Takes no cancellation: from here on a transfer
    /// completes, only its answer may be lost.
    /// </summary>
    [AsyncMethodBuilder(typeof(ReusedBoxBuilder<>))]
    internal async ValueTask<AppendResult> RecordAsync(EntryFacts facts, IReleaseGate? gate = null)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(EntryBody.MaximumSize);
        try
        {
            var length = EntryBody.Write(facts, buffer);
            var result = await log.AppendAsync(buffer.AsMemory(0, length), facts.ObjectDigest ?? Digest.Zero, gate, IsCritical(facts.Kind)).ConfigureAwait(false);
            if (result.IsDurable && facts.HasSubject)
            {
                // Also for a subject that nobody knows, so that it takes the same time (I8).
                linkage.Add(result.Entry.Index, facts.Subject, facts.Consent);
            }

            return result;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Records that entries below <see cref="EntryFacts.MinimumIndex"/> are no longer kept, and then removes them.</summary>
    /// <returns>As the log says: nothing is removed unless the entry is durable.</returns>
    /// <exception cref="IOException">Something could not be removed; what is there is a sound log.</exception>
    internal Task<ErrorCode> RemoveAsync(EntryFacts facts) => log.RemoveBeforeAsync(facts.MinimumIndex, EntryBody.ToArray(facts));

    /// <summary>Records that something was refused or failed, and makes the refusal that its caller gets.</summary>
    [AsyncMethodBuilder(typeof(ReusedBoxBuilder<>))]
    internal async ValueTask<Refusal> RefuseAsync(EntryFacts facts, ErrorCode code, IReadOnlyList<Violation>? violations = null, TimeSpan? retryAfter = null)
    {
        facts.Kind = IsFailure(code) ? EntryKind.Failed : EntryKind.Refused;
        facts.Outcome = Recorded(code);
        var result = await RecordAsync(facts).ConfigureAwait(false);
        return result.Outcome == ErrorCode.None
            ? new Refusal(code, facts.Id, result.Entry, violations ?? [], retryAfter)
            : new Refusal(result.Outcome, facts.Id, null, []); // Not even the refusal could be logged: that is what the caller must know.
    }

    /// <summary>What must find room even on a full disk: a citizen's no, and an operator's.</summary>
    private static bool IsCritical(EntryKind kind) =>
        kind is EntryKind.ConsentWithdrawn or EntryKind.ConsentPaused or EntryKind.PolicyChanged or EntryKind.RegistryChanged;

    /// <summary>A cause that depends on the subject stands in the entry enciphered; in the clear, all are one.</summary>
    private static ErrorCode Recorded(ErrorCode code) => ErrorCatalogue.DependsOnSubject(code) ? ErrorCode.SubjectNotAvailable : code;

    /// <summary>Permitted, but a party could not deliver.</summary>
    private static bool IsFailure(ErrorCode code) => (int)code is >= 500 and < 600;
}
