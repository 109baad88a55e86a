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
    /// <summary>Carries one fetch through: null when its page may leave, otherwise why not. The caller's member was known at the door; strangers and floods do not get this far.</summary>
    /// <exception cref="OperationCanceledException">The consumer went away before stage 7; what happened until then is recorded.</exception>
    [AsyncMethodBuilder(typeof(ReusedBoxBuilder<>))]
    internal async ValueTask<Refusal?> FetchAsync(Transfer transfer, Member consumer, DateTime deadline, CancellationToken cancellationToken)
    {
        transfer.Begin(consumer, deadline, snapshots.Current);
        recorder.Announce();
        try
        {
            // 1 to 3: who asks, and whether this may be had, before anybody is asked for it.
            return !Admit(transfer) || !Identify(transfer) || !Decide(transfer)
                ? await RefuseAsync(transfer).ConfigureAwait(false)
                : await ReleaseAsync(transfer, transfer.Permit, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            transfer.IsUsedOnce = true; // Whatever was under way may still have it in hand.
            if (fault is OperationCanceledException)
            {
                if (transfer.IsPermitted)
                {
                    // The provider was asked about a person: that stands in the log although nobody waits for the answer any more.
                    await recorder.RefuseAsync(transfer.Facts, ErrorCode.CallerLeft).ConfigureAwait(false);
                }

                throw;
            }

            // A fault of ours ends one transfer, not the node, and it stands in the log like any other end. Type and place are logged
            // without the message, which could quote what was being read (I6).
            NodeLog.TransferFaulted(logger, transfer.Facts.Id, fault.GetType().FullName, fault.StackTrace?.TrimStart());
            transfer.Refuse(ErrorCode.InternalFault);
            return await RefuseAsync(transfer).ConfigureAwait(false);
        }
        finally
        {
            recorder.Retract();
        }
    }

    /// <summary>1. Admit: a request is for this node, young, and new.</summary>
    private bool Admit(Transfer transfer)
    {
        var code = RequestTicket.Read(transfer.Message, recorder.OriginBytes, clock.Now(), out var ticket, out var violations);
        transfer.Facts.RequestId = ticket.Id;
        transfer.Facts.RequestExpire = ticket.Expire;
        return code != ErrorCode.None ? transfer.Refuse(code, violations)
            : requestIds.TryTake(transfer.Consumer.Id, ticket.Id!.Value, ticket.Expire) || transfer.Refuse(ErrorCode.RequestDuplicate);
    }

    /// <summary>
    /// 2. Identify: who asks. The door knew the caller by an earlier registry perhaps: what that said of its keys and roles, and of it alone, would
    /// pass the sequencer under the snapshot of this transfer.
    /// </summary>
    private static bool Identify(Transfer transfer) =>
        !transfer.Facts.Snapshot.Registry.TryFind(transfer.Consumer.Id, out var known) || !ReferenceEquals(known, transfer.Consumer) ? transfer.Refuse(ErrorCode.PolicyChanged)
        : transfer.Consumer.Roles.HasFlag(MemberRoles.Consumer) || transfer.Refuse(ErrorCode.RoleMissing);

    /// <summary>3. Decide: whom it is about and for what; then request ∩ policy ∩ consent, or another legal basis that the rule names; and how often.</summary>
    private bool Decide(Transfer transfer)
    {
        var facts = transfer.Facts;
        var isUsable = reader.TryRead(transfer.Message, transfer.Consumer, facts.Snapshot, out var ask, out var names, out var code, out var violations);
        if (names is not null)
        {
            (facts.Provider, facts.Dataset, facts.DescriptorDigest, facts.Purpose) = (names.Provider.Id, names.Dataset.Id, names.Dataset.DescriptorDigest, names.Purpose);
        }

        if (!isUsable)
        {
            return transfer.Refuse(code, violations);
        }

        var permit = transfer.Permit;
        var isGranted = decider.Decide(facts, transfer.Consumer, ask, permit, out var standing, out code, out violations);
        transfer.Standing = standing;
        if (!isGranted)
        {
            return transfer.Refuse(code, violations);
        }

        if (!frequency.TryTake(permit, out var unit, out var wait))
        {
            return transfer.Refuse(ErrorCode.FrequencyExceeded, retryAfter: wait);
        }

        (transfer.IsPermitted, transfer.Unit) = (true, unit);
        return true;
    }

    [AsyncMethodBuilder(typeof(ReusedBoxBuilder<>))]
    private async ValueTask<Refusal?> ReleaseAsync(Transfer transfer, Permit permit, CancellationToken cancellationToken)
    {
        var plaintext = default(PlaintextWriter);
        var isReleased = false;
        try
        {
            // 4. Obtain, and 5. minimise, as the kind of answer wants it: the provider learns what may be released, not what was asked.
            var kind = KindOf(permit);
            transfer.IsUsedOnce = kind is not RecordPage;
            var answer = await kind.WriteAsync(transfer.Facts, permit, transfer.Deadline, cancellationToken).ConfigureAwait(false);
            plaintext = answer.Plaintext;
            if (plaintext is null)
            {
                transfer.Refuse(answer.Code, answer.Violations, answer.RetryAfter);
                return await RefuseAsync(transfer).ConfigureAwait(false);
            }

            // 6. Seal: to the consumer, under a key and nonce of this transfer alone.
            Seal(transfer, permit, plaintext, answer.NextPageToken);
            if (transfer.Unit is not null && !await frequency.IsSpentAsync(transfer.Unit).ConfigureAwait(false))
            {
                transfer.Refuse(ErrorCode.StoreUnavailable);
                return await RefuseAsync(transfer).ConfigureAwait(false);
            }

            // 7. Record: durable first, for the receipt is a promise (I2); from here on cancellation is ignored.
            var gate = transfer.Gate.Guard(snapshots, transfer.Facts.Snapshot, permit.Standing.Slot, permit.Standing.State, clock);
            var recorded = await recorder.RecordAsync(transfer.Facts, gate).ConfigureAwait(false);
            if (recorded.Outcome != ErrorCode.None)
            {
                transfer.Refuse(recorded.Outcome);
                return await RefuseAsync(transfer).ConfigureAwait(false);
            }

            // 8. Release.
            transfer.Page.Entry = recorded.Entry;
            isReleased = true;
            return null;
        }
        finally
        {
            if (!isReleased)
            {
                transfer.Page.Withhold();
                plaintext?.Dispose();
                if (transfer.Unit is not null)
                {
                    await frequency.GiveBackAsync(transfer.Unit).ConfigureAwait(false);
                }
            }
        }
    }

    private void Seal(Transfer transfer, Permit permit, PlaintextWriter plaintext, byte[] nextPageToken)
    {
        var facts = transfer.Facts;
        WriteTerms(permit, plaintext);
        facts.PayloadCommitment = plaintext.Finish().Value;
        facts.PaddedSize = plaintext.PaddedSize;
        facts.ObjectDigest = transfer.Page.Seal(facts, plaintext, nextPageToken, permit.Recipient, recorder.Origin, clock.Now());
        facts.Kind = EntryKind.Released;
        facts.Released = permit.Decision.Released;
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

    /// <summary>
    /// Records a refusal, whatever had been prepared. A cause that depends on the subject stands in the entry for whoever holds the
    /// person's key; outside, all are alike (I8).
    /// </summary>
    private ValueTask<Refusal> RefuseAsync(Transfer transfer)
    {
        var (facts, code, violations) = (transfer.Facts, transfer.Code, transfer.Violations);
        facts.Released = FieldSet.Empty;
        facts.ObjectDigest = facts.PayloadCommitment = null;
        facts.PaddedSize = 0;
        if (ErrorCatalogue.DependsOnSubject(code))
        {
            var standing = transfer.Standing;
            facts.SealCause(standing.Slot is null ? standing.SubjectKey : standing.ConsentKey, recorder.Origin, code);
            (code, violations) = (ErrorCode.SubjectNotAvailable, []);
        }

        return recorder.RefuseAsync(facts, code, violations, transfer.RetryAfter);
    }
}
