using Exchange.Format.V1;
using Exchange.Node.Admission;
using Exchange.Node.Identity;
using Exchange.Node.Recording;
using Exchange.Node.Refusals;
using Exchange.Node.Snapshots;
using Exchange.Node.Subjects;
using Exchange.Node.Telemetry;
using Exchange.Node.Transfers;
using Exchange.V1;
using Exchange.Vocabulary;
using Microsoft.Data.Sqlite;
using LegalBasis = Exchange.Vocabulary.LegalBasis;

namespace Exchange.Node.Consents;

/// <summary>
/// Where consent managers give and withdraw consent. The order of the durable writes differs on purpose: a grant is logged, stored, and
/// only then effective; a withdrawal is effective in memory first, then logged, stored and answered, so that no crash can turn a no into
/// a yes (I5).
/// </summary>
internal sealed class ConsentDesk(
    SnapshotHolder snapshots,
    SubjectVault vault,
    ConsentIndex index,
    IConsentStore store,
    ConsentLocks locks,
    RequestIds requestIds,
    Recorder recorder,
    TimeProvider clock,
    ILogger<ConsentDesk> logger)
{
    private int _unsettled;

    /// <summary>Whether every event that was logged is stored. One that the store refused, or that a fault ended, stays unsettled until the next start compares.</summary>
    internal bool IsSettled => Volatile.Read(ref _unsettled) == 0;

    /// <summary>Gives consent, or a new revision of the one that stands for the same subject, provider, consumer, dataset and purpose.</summary>
    internal async Task<ConsentOutcome> GiveAsync(Member manager, GiveConsentRequest request)
    {
        var snapshot = snapshots.Current;
        var now = clock.Now();
        var facts = new EntryFacts(TransferId.New(), snapshot) { Actor = manager.Id };
        if (AdmitAct(facts, manager, request.RequestId.Span, now, out var violations) is var refused && refused != ErrorCode.None)
        {
            return await RefuseAsync(facts, refused, violations).ConfigureAwait(false);
        }

        var grant = ConsentGrantReader.Read(request, manager, snapshot, now, out var code, out violations);
        if (grant is null)
        {
            return await RefuseAsync(facts, code, violations).ConfigureAwait(false);
        }

        facts.Kind = EntryKind.ConsentGiven;
        (facts.Consumer, facts.Provider) = (grant.Consumer.Id, grant.Names.Provider.Id);
        (facts.Dataset, facts.DescriptorDigest, facts.Purpose) = (grant.Names.Dataset.Id, grant.Names.Dataset.DescriptorDigest, grant.Names.Purpose);
        (facts.Basis, facts.Asked) = (LegalBasis.Consent, grant.Fields);
        facts.AssertionsAsked = [.. grant.Assertions.Select(assertion => assertion.Name)];

        var blindIndexes = grant.SubjectNames.Select(name => vault.IndexOf(name)).ToArray();
        using (await HoldAsync(blindIndexes).ConfigureAwait(false))
        {
            if (!TryLink(grant, blindIndexes, out var subject))
            {
                return await RefuseAsync(facts, ErrorCode.RequestMalformed, [new Violation("subject", "these names belong to different subjects, or one of them differs from what earlier consents said")]).ConfigureAwait(false);
            }

            var consent = Revise(grant, manager, subject, clock.Now());
            return await CommitAsync(facts, ConsentEventKind.Given, consent, subject, effectiveFirst: false).ConfigureAwait(false);
        }
    }

    /// <summary>Withdraws a consent. Withdrawing twice is no error: the second is logged, too.</summary>
    internal async Task<ConsentOutcome> WithdrawAsync(Member manager, WithdrawConsentRequest request)
    {
        var now = clock.Now();
        var facts = new EntryFacts(TransferId.New(), snapshots.Current) { Actor = manager.Id };
        if (AdmitAct(facts, manager, request.RequestId.Span, now, out var violations) is var refused && refused != ErrorCode.None)
        {
            return await RefuseAsync(facts, refused, violations).ConfigureAwait(false);
        }

        // A consent of another manager is as unknown as one that does not exist.
        var slot = ConsentId.TryRead(request.ConsentId.Span, out var id) ? index.Find(id) : null;
        if (slot is null || !MayManage(manager, slot.Current.Record))
        {
            return await RefuseAsync(facts, ErrorCode.ConsentUnknown, [new Violation("consent_id", "no consent that this manager may withdraw has this id")]).ConfigureAwait(false);
        }

        var subject = vault.Find(slot.Current.Record.For.Subject);
        using (await locks.HoldAsync(subject.Names.Select(name => name.BlindIndex)).ConfigureAwait(false))
        {
            subject = vault.Find(subject.Id); // Another event may have added a name while this one waited.
            var current = slot.Current.Record;
            var withdrawn = current with { Status = ConsentStatus.Withdrawn, Revision = current.Revision + 1, ChangeTime = clock.Now() };
            facts.Kind = EntryKind.ConsentWithdrawn;
            (facts.Consumer, facts.Provider, facts.Dataset, facts.Purpose) = (current.For.Consumer, current.For.Provider, current.For.Dataset, current.For.Purpose);
            facts.Basis = LegalBasis.Consent;
            return await CommitAsync(facts, ConsentEventKind.Withdrawn, withdrawn, subject, effectiveFirst: true).ConfigureAwait(false);
        }
    }

    private ErrorCode AdmitAct(EntryFacts facts, Member manager, ReadOnlySpan<byte> requestId, Instant now, out IReadOnlyList<Violation> violations)
    {
        violations = [];
        if (RequestTicket.ReadAlone(requestId, now) is not { } ticket)
        {
            violations = [RequestTicket.MissingId];
            return ErrorCode.RequestMalformed;
        }

        (facts.RequestId, facts.RequestExpire) = (ticket.Id, ticket.Expire);
        return !requestIds.TryTake(manager.Id, ticket.Id!.Value, ticket.Expire) ? ErrorCode.RequestDuplicate
            : !manager.Roles.HasFlag(MemberRoles.ConsentManager) ? ErrorCode.RoleMissing
            : ErrorCode.None;
    }

    /// <summary>Holds the names and every other name of whom they name: two events of one person may name it quite differently.</summary>
    private async Task<ConsentLocks.Held> HoldAsync(Digest[] named)
    {
        while (true)
        {
            var all = All();
            var held = await locks.HoldAsync(all).ConfigureAwait(false);
            if (All().IsSubsetOf(all))
            {
                return held;
            }

            held.Dispose(); // While this one waited another event added a name.
        }

        HashSet<Digest> All() => [.. named, .. named.Select(name => vault.Find(name)).OfType<SubjectRecord>().SelectMany(subject => subject.Names).Select(name => name.BlindIndex)];
    }

    private bool MayManage(Member manager, ConsentRecord consent) =>
        snapshots.Current.Policy.MayManageConsent(manager.Id, consent.For.Provider, consent.For.Dataset, consent.For.Consumer);

    /// <summary>
    /// The one subject that the names name, with those that are new. False when they name two, or when the subject has another name of
    /// the same kind: consents would then speak of two people as one.
    /// </summary>
    private bool TryLink(ConsentGrant grant, Digest[] blindIndexes, out SubjectRecord subject)
    {
        var known = blindIndexes.Select(blindIndex => vault.Find(blindIndex)).OfType<SubjectRecord>().DistinctBy(found => found.Id).ToArray();
        subject = known.Length > 0 ? known[0] : vault.Create();
        if (known.Length > 1)
        {
            return false;
        }

        for (var i = 0; i < blindIndexes.Length; i++)
        {
            var name = grant.SubjectNames[i];
            var same = subject.Names.FirstOrDefault(held => held.Scheme == name.Scheme && held.Scope == name.Scope);
            if (same is null)
            {
                subject = vault.WithName(subject, name);
            }
            else if (same.BlindIndex != blindIndexes[i])
            {
                return false;
            }
        }

        return true;
    }

    private ConsentRecord Revise(ConsentGrant grant, Member manager, SubjectRecord subject, Instant now)
    {
        var tuple = new ConsentTuple(subject.Id, grant.Names.Provider.Id, grant.Consumer.Id, grant.Names.Dataset.Id, grant.Names.Purpose);
        var current = index.Find(tuple)?.Current.Record;
        var id = current?.Id ?? ConsentId.New();
        return new ConsentRecord
        {
            Id = id,
            For = tuple,
            Revision = (current?.Revision ?? 0) + 1,
            Status = ConsentStatus.Given,
            Fields = new([.. grant.Names.Dataset.Shape.Paths(grant.Fields)]),
            Assertions = grant.Assertions,
            DescriptorDigest = grant.Names.Dataset.DescriptorDigest,
            ValidFrom = grant.ValidFrom,
            Expire = grant.Expire,
            Key = current?.Key ?? vault.NewKey(id.Value),
            Manager = manager.Id,
            Jurisdiction = grant.Jurisdiction,
            EvidenceDigest = grant.EvidenceDigest,
            ChangeTime = now,
        };
    }

    private async Task<ConsentOutcome> CommitAsync(EntryFacts facts, ConsentEventKind kind, ConsentRecord consent, SubjectRecord subject, bool effectiveFirst)
    {
        // A fault that ends this leaves the event unsettled.
        Interlocked.Increment(ref _unsettled);
        var outcome = await CommitInOrderAsync(facts, kind, consent, subject, effectiveFirst).ConfigureAwait(false);
        Interlocked.Decrement(ref _unsettled);
        return outcome;
    }

    private async Task<ConsentOutcome> CommitInOrderAsync(EntryFacts facts, ConsentEventKind kind, ConsentRecord consent, SubjectRecord subject, bool effectiveFirst)
    {
        // What a new revision takes back stops before it is logged, what it adds begins after it is stored: no release that the log shows
        // behind the grant uses what the grant ended.
        var standing = effectiveFirst ? null : index.Find(consent.Id)?.Current.Record;
        if (effectiveFirst)
        {
            index.Put(consent);
        }
        else if (standing is not null)
        {
            index.Put(standing.And(consent));
        }

        facts.NameSubject(subject.Id, vault.KeyOf(subject), recorder.Origin);
        facts.NameConsent(consent.Id, vault.Open(consent.Key), recorder.Origin);

        // A no is never held up; a grant was read by one policy, and stands under no other.
        var gate = effectiveFirst ? null : new ReleaseGate().Guard(snapshots, facts.Snapshot, slot: null, decidedWith: null, clock);
        var recorded = await recorder.RecordAsync(facts, gate).ConfigureAwait(false);
        var logged = recorded.Outcome == ErrorCode.None;
        if (!logged && !effectiveFirst)
        {
            if (standing is not null)
            {
                index.Put(standing);
            }

            if (recorded.Outcome == ErrorCode.PolicyChanged)
            {
                return await RefuseAsync(facts, ErrorCode.PolicyChanged, []).ConfigureAwait(false);
            }

            return new ConsentOutcome(null, null, new Refusal(recorded.Outcome, facts.Id, null, []));
        }

        try
        {
            // A withdrawal is stored even when it could not be logged: a restart must not undo what took effect.
            await store.StoreAsync(new ConsentEvent(facts.Id, kind, consent, subject, facts.Actor, logged ? recorded.Entry.Index : null)).ConfigureAwait(false);
        }
        catch (SqliteException exception)
        {
            NodeLog.ConsentFaulted(logger, exception);
            Interlocked.Increment(ref _unsettled);
            if (!effectiveFirst || !logged)
            {
                return await RefuseAsync(facts, ErrorCode.StoreUnavailable, []).ConfigureAwait(false);
            }

            // A logged withdrawal is in force and durable: each start replays what the store does not know. So it is answered as done.
        }

        if (!logged)
        {
            return new ConsentOutcome(null, null, new Refusal(recorded.Outcome, facts.Id, null, []));
        }

        vault.Add(subject);
        index.Put(consent);
        return new ConsentOutcome(consent, recorded.Entry, null);
    }

    private async Task<ConsentOutcome> RefuseAsync(EntryFacts facts, ErrorCode code, IReadOnlyList<Violation> violations) =>
        new(null, null, await recorder.RefuseAsync(facts, code, violations).ConfigureAwait(false));
}
