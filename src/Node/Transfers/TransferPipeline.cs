using System.Runtime.CompilerServices;
using Exchange.Envelopes;
using Exchange.Format.V1;
using Exchange.Node.Admission;
using Exchange.Node.Allowances;
using Exchange.Node.Answers;
using Exchange.Node.Consents;
using Exchange.Node.Identity;
using Exchange.Node.Recording;
using Exchange.Node.Refusals;
using Exchange.Node.Snapshots;
using Exchange.Node.Statistics;
using Exchange.Node.Telemetry;
using Exchange.Policy.Minimisation;
using Exchange.Vocabulary;
using LegalBasis = Exchange.Vocabulary.LegalBasis;

namespace Exchange.Node.Transfers;

/// <summary>
/// Everything that crosses the node crosses it here, in eight stages, top to bottom:
/// <code>
///   1 admit ─ 2 identify ─ 3 decide ─ 4 obtain ─ 5 minimise ─ 6 seal ─ 7 record ─ 8 release
///      │          │           │          │            │                    │
///      └──────────┴───────────┴──────────┴────────────┴──── refuse ────────┘  (an entry and a receipt, too)
/// </code>
/// Nothing leaves before stage 7 has made its entry durable (I2), and nothing but what stage 3 permits gets past stage 5 (I1).
/// </summary>
internal sealed class TransferPipeline(
    SnapshotHolder snapshots,
    RequestIds requestIds,
    FetchRequestReader reader,
    Decider decider,
    FetchFrequency frequency,
    RecordPage recordPage,
    AssertionAnswers assertionAnswers,
    StatisticsTable statisticsTable,
    Recorder recorder,
    TimeProvider clock,
    ILogger<TransferPipeline> logger)
{
    /// <summary>Carries one fetch through. The caller's member was known at the door; strangers and floods do not get this far.</summary>
    /// <exception cref="OperationCanceledException">The consumer went away before stage 7; what happened until then is recorded.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<FetchOutcome> FetchAsync(Member consumer, Transfer transfer, DateTime deadline, CancellationToken cancellationToken)
    {
        var facts = new EntryFacts(TransferId.New(), snapshots.Current) { Consumer = consumer.Id };
        try
        {
            return await CarryAsync(facts, consumer, transfer, deadline, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // A fault of ours ends one transfer, not the node, and it stands in the log like any other end. Type and place are logged
            // without the message, which could quote what was being read (I6).
            NodeLog.TransferFaulted(logger, facts.Id, fault.GetType().FullName, fault.StackTrace?.TrimStart());
            return await RefuseAsync(facts, default, ErrorCode.InternalFault).ConfigureAwait(false);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FetchOutcome> CarryAsync(EntryFacts facts, Member consumer, Transfer transfer, DateTime deadline, CancellationToken cancellationToken)
    {
        // 1. Admit: a request is for this node, young, and new.
        var code = RequestTicket.Read(transfer.Message, recorder.OriginBytes, clock.Now(), out var ticket, out var violations);
        facts.RequestId = ticket.Id;
        facts.RequestExpire = ticket.Expire;
        if (code == ErrorCode.None && !requestIds.TryTake(consumer.Id, ticket.Id!.Value, ticket.Expire))
        {
            code = ErrorCode.RequestDuplicate;
        }

        if (code != ErrorCode.None)
        {
            return await RefuseAsync(facts, default, code, violations).ConfigureAwait(false);
        }

        // 2. Identify: who asks, whom, for what, about whom. The door knew the caller by an earlier registry perhaps: what that said of its
        // keys and roles, and of it alone, would pass the sequencer under the snapshot of this transfer.
        if (!facts.Snapshot.Registry.TryFind(consumer.Id, out var known) || !ReferenceEquals(known, consumer))
        {
            return await RefuseAsync(facts, default, ErrorCode.PolicyChanged).ConfigureAwait(false);
        }

        if (!consumer.Roles.HasFlag(MemberRoles.Consumer))
        {
            return await RefuseAsync(facts, default, ErrorCode.RoleMissing).ConfigureAwait(false);
        }

        var isUsable = reader.TryRead(transfer.Message, consumer, facts.Snapshot, out var ask, out var names, out code, out violations);
        if (names is not null)
        {
            (facts.Provider, facts.Dataset, facts.DescriptorDigest, facts.Purpose) = (names.Provider.Id, names.Dataset.Id, names.Dataset.DescriptorDigest, names.Purpose);
        }

        if (!isUsable)
        {
            return await RefuseAsync(facts, default, code, violations).ConfigureAwait(false);
        }

        // 3. Decide: request ∩ policy ∩ consent, or another legal basis that the rule names.
        if (decider.Decide(facts, consumer, ask, out var standing, out code, out violations) is not { } permit)
        {
            return await RefuseAsync(facts, standing, code, violations).ConfigureAwait(false);
        }

        if (!frequency.TryTake(permit, out var unit, out var wait))
        {
            return await RefuseAsync(facts, standing, ErrorCode.FrequencyExceeded, retryAfter: wait).ConfigureAwait(false);
        }

        var outcome = default(FetchOutcome);
        try
        {
            return outcome = await ReleaseAsync(facts, transfer, permit, unit, deadline, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (unit is not null && outcome.Page is null)
            {
                await frequency.GiveBackAsync(unit).ConfigureAwait(false);
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FetchOutcome> ReleaseAsync(EntryFacts facts, Transfer transfer, Permit permit, FetchUnit? unit, DateTime deadline, CancellationToken cancellationToken)
    {
        var standing = permit.Standing;

        // 4. Obtain, and 5. minimise, as the kind of answer wants it: the provider learns what may be released, not what was asked.
        var kind = KindOf(permit);
        transfer.IsShared = kind is not RecordPage;
        var answer = await AnswerAsync(kind, facts, permit, deadline, cancellationToken).ConfigureAwait(false);
        if (answer.Plaintext is not { } plaintext)
        {
            return await RefuseAsync(facts, standing, answer.Code, answer.Violations, answer.RetryAfter).ConfigureAwait(false);
        }

        try
        {
            // 6. Seal: to the consumer, under a key and nonce of this transfer alone.
            WriteTerms(permit, plaintext);
            facts.PayloadCommitment = plaintext.Finish().Value;
            facts.PaddedSize = plaintext.PaddedSize;
            facts.ObjectDigest = transfer.Page.Seal(facts, plaintext, answer.NextPageToken, permit.Recipient, recorder.Origin, clock.Now());

            if (unit is not null && !await frequency.IsSpentAsync(unit).ConfigureAwait(false))
            {
                return await RefuseAsync(facts, standing, ErrorCode.StoreUnavailable).ConfigureAwait(false);
            }

            // 7. Record: durable first, for the receipt is a promise (I2); from here on cancellation is ignored.
            facts.Kind = EntryKind.Released;
            facts.Released = permit.Decision.Released;
            var gate = new ReleaseGate(snapshots, facts.Snapshot, standing.Slot, standing.State, clock);
            var recorded = await recorder.RecordAsync(facts, gate).ConfigureAwait(false);
            if (recorded.Outcome != ErrorCode.None)
            {
                return await RefuseAsync(facts, standing, recorded.Outcome).ConfigureAwait(false);
            }

            // 8. Release.
            transfer.Page.Entry = recorded.Entry;
            plaintext = null;
            return new FetchOutcome(transfer.Page, null);
        }
        finally
        {
            if (plaintext is not null)
            {
                transfer.Page.Withhold();
                plaintext.Dispose();
            }
        }
    }

    private static void WriteTerms(Permit permit, PlaintextWriter plaintext)
    {
        if (permit.Terms is { } terms)
        {
            terms.WriteTo(plaintext, permit.Standing.State?.Record.Id);
        }
        else
        {
            plaintext.WriteTerms(ReleaseTerms.OfAnswers(permit));
        }
    }

    /// <summary>What is asked decides how it is answered; all else is the same for every kind.</summary>
    private IAnswerKind KindOf(Permit permit) =>
        permit.Assertions is not null ? assertionAnswers
        : permit.Rule.Basis == LegalBasis.Statistics ? statisticsTable
        : recordPage;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<WrittenAnswer> AnswerAsync(IAnswerKind kind, EntryFacts facts, Permit permit, DateTime deadline, CancellationToken cancellationToken)
    {
        try
        {
            return await kind.WriteAsync(facts, permit, deadline, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The provider was asked about a person: that stands in the log although nobody waits for the answer any more.
            await recorder.RefuseAsync(facts, ErrorCode.CallerLeft).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Records a refusal, whatever had been prepared. A cause that depends on the subject stands in the entry for whoever holds the
    /// person's key; outside, all are alike (I8).
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FetchOutcome> RefuseAsync(EntryFacts facts, Standing standing, ErrorCode code, IReadOnlyList<Violation>? violations = null, TimeSpan? retryAfter = null)
    {
        facts.Released = FieldSet.Empty;
        facts.ObjectDigest = facts.PayloadCommitment = null;
        facts.PaddedSize = 0;
        if (ErrorCatalogue.DependsOnSubject(code))
        {
            facts.SealCause(standing.Slot is null ? standing.SubjectKey : standing.ConsentKey, recorder.Origin, code);
            (code, violations) = (ErrorCode.SubjectNotAvailable, null);
        }

        return new(null, await recorder.RefuseAsync(facts, code, violations, retryAfter).ConfigureAwait(false));
    }
}
