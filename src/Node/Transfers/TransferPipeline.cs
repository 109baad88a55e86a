using System.Globalization;
using System.Text;
using Exchange.Audit;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Envelopes;
using Exchange.Format.V1;
using Exchange.Formats;
using Exchange.Node.Admission;
using Exchange.Node.Consents;
using Exchange.Node.Identity;
using Exchange.Node.Keys;
using Exchange.Node.Providers;
using Exchange.Node.Recording;
using Exchange.Node.Refusals;
using Exchange.Node.Snapshots;
using Exchange.Node.Telemetry;
using Exchange.Policy.Evaluation;
using Exchange.Policy.Minimisation;
using Exchange.V1;
using Exchange.Vocabulary;
using Google.Protobuf;
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
    ConsentBook consents,
    ProviderDirectory providers,
    SealingContexts contexts,
    PageTokens pageTokens,
    Recorder recorder,
    NodeLimits limits,
    TimeProvider clock,
    ILogger<TransferPipeline> logger)
{
    /// <summary>Carries one fetch through. The caller's member is known; strangers and floods do not get this far.</summary>
    /// <exception cref="OperationCanceledException">The consumer went away before stage 7; what happened until then is recorded.</exception>
    internal async ValueTask<FetchOutcome> FetchAsync(Member consumer, FetchRequest request, DateTime deadline, CancellationToken cancellationToken)
    {
        var facts = new EntryFacts(TransferId.New(), snapshots.Current) { Consumer = consumer.Id };
        try
        {
            return await CarryAsync(facts, consumer, request, deadline, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // A fault of ours ends one transfer, not the node, and it stands in the log like any other end. Type and place are logged
            // without the message, which could quote what was being read (I6).
            NodeLog.TransferFaulted(logger, facts.Id, fault.GetType().FullName, fault.StackTrace?.TrimStart());
            return await RefuseLateAsync(facts, default, ErrorCode.InternalFault).ConfigureAwait(false);
        }
    }

    private async ValueTask<FetchOutcome> CarryAsync(EntryFacts facts, Member consumer, FetchRequest request, DateTime deadline, CancellationToken cancellationToken)
    {
        var snapshot = facts.Snapshot;

        // 1. Admit: a request is for this node, young, and new.
        var code = RequestTicket.Read(request, recorder.Origin, clock.Now(), out var ticket, out var violations);
        facts.RequestId = ticket.Id;
        facts.RequestExpire = ticket.Expire;
        if (code == ErrorCode.None && !requestIds.TryTake(consumer.Id, ticket.Id!.Value, ticket.Expire))
        {
            code = ErrorCode.RequestDuplicate;
        }

        if (code != ErrorCode.None)
        {
            return await RefuseAsync(facts, code, violations).ConfigureAwait(false);
        }

        // 2. Identify: who asks, whom, for what, about whom.
        if (!consumer.Roles.HasFlag(MemberRoles.Consumer))
        {
            return await RefuseAsync(facts, ErrorCode.RoleMissing).ConfigureAwait(false);
        }

        var ask = reader.Read(request, consumer.Id, snapshot, out var names, out code, out violations);
        if (names is not null)
        {
            (facts.Provider, facts.Dataset, facts.DescriptorDigest, facts.Purpose) = (names.Provider.Id, names.Dataset.Id, names.Dataset.DescriptorDigest, names.Purpose);
        }

        if (ask is null)
        {
            return await RefuseAsync(facts, code, violations).ConfigureAwait(false);
        }

        // 3. Decide: request ∩ policy first, which is the same for every subject; then the subject.
        var (provider, dataset, purpose) = (ask.Names.Provider, ask.Names.Dataset, ask.Names.Purpose);
        var asked = snapshot.Policy.TryFindRule(consumer.Id, provider.Id, dataset.Id, purpose, out var rule) ? ask.Fields.Meaning(rule.Permitted) : ask.Fields.All;
        var policy = PolicyDecision.Decide(snapshot.Policy, dataset, consumer.Id, provider.Id, purpose, asked, ask.Strict);
        facts.Asked = asked;
        facts.Basis = policy.Rule?.Basis;
        facts.PageNumber = ask.PageNumber;
        if (policy.Outcome != ErrorCode.None)
        {
            return await RefuseAsync(facts, policy.Outcome).ConfigureAwait(false);
        }

        // A limit that nobody holds is no limit: in doubt nothing is released (I7).
        if (policy.Rule!.Obligations is { Frequency: not null } or { MinimumContributors: not null } || !policy.Rule.Plan.Pseudonymised.IsEmpty)
        {
            return await RefuseAsync(facts, ErrorCode.ObligationNotEnforced).ConfigureAwait(false);
        }

        if (policy.Rule.Obligations.MaximumPeriod is { } longest && !IsWithin(longest, ask.PeriodStart, ask.PeriodEnd))
        {
            return await RefuseAsync(facts, ErrorCode.PeriodNotPermitted, [new Violation("period", string.Create(CultureInfo.InvariantCulture, $"the rule permits at most {longest.TotalDays:0.###} days; name both start and end"))]).ConfigureAwait(false);
        }

        if (contexts.For(consumer) is not { } context)
        {
            return await RefuseAsync(facts, ErrorCode.RecipientKeyMissing).ConfigureAwait(false);
        }

        Standing standing = default;
        ReleaseDecision decision;
        string? providerName = null;
        if (policy.Rule.Basis == LegalBasis.Consent)
        {
            standing = consents.Find(ask.Subject!.Value, provider.Id, consumer.Id, dataset, purpose, clock.Now());
            facts.NameSubject(standing.SubjectKey, recorder.Origin);
            facts.NameConsent(standing.ConsentKey, recorder.Origin);
            if (standing.Cause != ErrorCode.None)
            {
                return await RefuseSubjectAsync(facts, standing, standing.Cause).ConfigureAwait(false);
            }

            decision = policy.WithConsent(standing.State!.Fields(dataset), ask.Subject.Value.Scheme);
            providerName = Encoding.UTF8.GetString(standing.ProviderName!);
        }
        else
        {
            decision = policy.WithoutConsent(ask.Subject?.Scheme);
            if (ask.Subject is { } subject)
            {
                if (subject.Scheme != dataset.SubjectScheme)
                {
                    // Without a consent nothing links the subject's names, so only the provider's own will do.
                    return await RefuseAsync(facts, ErrorCode.SubjectSchemeUnknown).ConfigureAwait(false);
                }

                facts.NameSubject(consents.KeyWithoutConsent(subject), recorder.Origin);
                providerName = subject.Value;
            }
        }

        if (decision.Outcome != ErrorCode.None)
        {
            return standing.Slot is null || !ErrorCatalogue.DependsOnSubject(decision.Outcome)
                ? await RefuseAsync(facts, decision.Outcome).ConfigureAwait(false)
                : await RefuseSubjectAsync(facts, standing, decision.Outcome).ConfigureAwait(false);
        }

        // 4. Obtain: the provider learns what may be released, not what was asked.
        var (answer, failure) = await ObtainAsync(facts, ask, decision, providerName, deadline, cancellationToken).ConfigureAwait(false);
        if (answer is null)
        {
            return await RefuseAsync(facts, failure).ConfigureAwait(false);
        }

        using (answer)
        {
            // 5. Minimise: every record, straight into the plaintext; one bad record and nothing leaves.
            var plaintext = new PlaintextWriter();
            var page = default(SealedPage);
            try
            {
                code = Minimise(facts, answer, ask, decision, standing.ProviderName ?? (providerName is null ? [] : Encoding.UTF8.GetBytes(providerName)), plaintext, out violations);
                if (code != ErrorCode.None)
                {
                    return await RefuseAsync(facts, code, violations).ConfigureAwait(false);
                }

                // 6. Seal: to the consumer, under a key and nonce of this transfer alone.
                plaintext.WriteTerms(ReleaseTerms.Write(decision, dataset, standing.State?.Record.Id));
                facts.PayloadCommitment = plaintext.Finish().Value;
                facts.PaddedSize = plaintext.PaddedSize;
                var isLast = answer.NextPageToken.IsEmpty;
                var header = WriteHeader(facts, context, isLast);
                context.Seal(facts.Id, header, plaintext.Plaintext, plaintext.Tag);
                facts.ObjectDigest = ObjectDigest.Compute(header, context.EncapsulatedKey.Span, plaintext.Ciphertext.Span);
                page = new SealedPage(header, context, plaintext)
                {
                    NextPageToken = isLast ? [] : pageTokens.Seal(request, consumer.Id, new PageTokens.Page(ask.PageNumber + 1, answer.NextPageToken)),
                };

                // 7. Record: durable first, for the receipt is a promise (I2); from here on cancellation is ignored.
                facts.Kind = EntryKind.Released;
                facts.Released = decision.Released;
                var gate = new ReleaseGate(snapshots, snapshot, standing.Slot, standing.State, clock);
                var recorded = await recorder.RecordAsync(facts, gate).ConfigureAwait(false);
                if (recorded.Outcome != ErrorCode.None)
                {
                    return await RefuseLateAsync(facts, standing, recorded.Outcome).ConfigureAwait(false);
                }

                // 8. Release.
                page.Entry = recorded.Entry;
                plaintext = null;
                return new FetchOutcome(page, null);
            }
            finally
            {
                plaintext?.Dispose();
            }
        }
    }

    /// <summary>A rule that limits the period limits both of its ends: an open side is unlimited.</summary>
    private static bool IsWithin(TimeSpan longest, long start, long end) =>
        start != 0 && end != 0 && end - start <= longest.Ticks / TimeSpan.TicksPerMicrosecond;

    private async ValueTask<(ProviderAnswer? Answer, ErrorCode Code)> ObtainAsync(
        EntryFacts facts, FetchAsk ask, ReleaseDecision decision, string? providerName, DateTime deadline, CancellationToken cancellationToken)
    {
        var request = new ProviderFetchRequest
        {
            TransferId = UnsafeByteOperations.UnsafeWrap(facts.Id.ToArray()),
            Dataset = ask.Names.Dataset.Id.Value,
            Purpose = ask.Names.Purpose.Value,
            Subject = providerName is null ? null : new Subject { Scheme = ask.Names.Dataset.SubjectScheme!.Value.Value, Value = providerName },
            Period = new TimeRange { Start = ask.PeriodStart, End = ask.PeriodEnd },
            PageSize = (uint)ask.PageSize,
            PageToken = UnsafeByteOperations.UnsafeWrap(ask.Cursor),
        };
        request.Fields.Add(ask.Names.Dataset.Shape.Paths(decision.Released));

        // The node answers a little before its own deadline, so that the consumer gets a reason rather than a broken call.
        var now = clock.GetUtcNow().UtcDateTime;
        var own = now + ask.Names.Provider.ProviderLimits.Deadline;
        var quarter = (deadline - now) / 4;
        var limit = deadline - (quarter < limits.AnswerReserve ? quarter : limits.AnswerReserve);
        try
        {
            return await providers.Of(ask.Names.Provider).FetchAsync(request, own < limit ? own : limit, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The provider was asked about a person: that stands in the log although nobody waits for the answer any more.
            await recorder.RefuseAsync(facts, ErrorCode.CallerLeft).ConfigureAwait(false);
            throw;
        }
    }

    private ErrorCode Minimise(
        EntryFacts facts, ProviderAnswer answer, FetchAsk ask, in ReleaseDecision decision, ReadOnlySpan<byte> subject, PlaintextWriter plaintext, out IReadOnlyList<Violation> violations)
    {
        violations = [];
        if (!answer.IsWellFormed || answer.RecordCount > ask.PageSize || answer.NextPageToken.Length > PageTokens.MaximumCursor)
        {
            return ErrorCode.ProviderAnswerMalformed;
        }

        var guard = new RecordGuard { Subject = subject, Start = ask.PeriodStart, End = ask.PeriodEnd };
        var plan = decision.Rule!.Plan;
        foreach (var record in answer.Records())
        {
            var room = plaintext.BeginRecord(plan.MaximumOutput(record.Length));
            var (verdict, written, breach) = Minimiser.Minimise(plan, decision.Released, pseudonyms: null, record, guard, room);
            plaintext.EndRecord(written);
            if (breach is not null)
            {
                // Its operator may know which field; a consumer only of the fields that it would have got.
                NodeLog.RecordInvalid(logger, facts.Id, facts.Provider, breach.Rule, facts.Dataset, breach.Path);
                violations = decision.Released.Overlaps(breach.Leaves) ? [new Violation(breach.Path, $"a record of the provider breaks the dataset's constraint {breach.Rule} on this field")] : [];
            }

            if (verdict != MinimisationVerdict.Released)
            {
                return verdict switch
                {
                    MinimisationVerdict.Invalid => ErrorCode.ProviderAnswerInvalid,
                    MinimisationVerdict.WrongSubject => ErrorCode.ProviderAnswerWrongSubject,
                    MinimisationVerdict.OutsidePeriod => ErrorCode.ProviderAnswerOutsidePeriod,
                    _ => ErrorCode.ProviderAnswerMalformed,
                };
            }
        }

        return ErrorCode.None;
    }

    private byte[] WriteHeader(EntryFacts facts, SealingContext context, bool isLast)
    {
        Span<byte> buffer = stackalloc byte[2048];
        var writer = new WireWriter(buffer);
        writer.Varint(TransferHeader.FormatVersionFieldNumber, 1);
        facts.Id.CopyTo(writer.Reserve(TransferHeader.TransferIdFieldNumber, TransferId.Size));
        facts.RequestId!.Value.CopyTo(writer.Reserve(TransferHeader.RequestIdFieldNumber, RequestId.Size));
        writer.Text(TransferHeader.OriginFieldNumber, recorder.Origin);
        writer.Text(TransferHeader.ProviderFieldNumber, facts.Provider.Value);
        writer.Text(TransferHeader.ConsumerFieldNumber, facts.Consumer.Value);
        writer.Text(TransferHeader.DatasetFieldNumber, facts.Dataset.Value);
        facts.DescriptorDigest!.Value.CopyTo(writer.Reserve(TransferHeader.DescriptorDigestFieldNumber, Digest.Size));
        writer.Text(TransferHeader.PurposeFieldNumber, facts.Purpose.Value);
        writer.Signed(TransferHeader.IssueTimeFieldNumber, clock.Now().Microseconds);
        facts.Snapshot.Policy.Digest.CopyTo(writer.Reserve(TransferHeader.PolicyDigestFieldNumber, Digest.Size));
        context.RecipientKeyId.CopyTo(writer.Reserve(TransferHeader.RecipientKeyIdFieldNumber, Digest.Size));
        writer.Varint(TransferHeader.PageNumberFieldNumber, (ulong)facts.PageNumber);
        writer.Varint(TransferHeader.LastPageFieldNumber, isLast ? 1UL : 0);
        return writer.Written.ToArray();
    }

    private async ValueTask<FetchOutcome> RefuseAsync(EntryFacts facts, ErrorCode code, IReadOnlyList<Violation>? violations = null) =>
        new(null, await recorder.RefuseAsync(facts, code, violations).ConfigureAwait(false));

    /// <summary>The cause stands in the entry, for whoever holds the person's key; outside, all are alike (I8).</summary>
    private ValueTask<FetchOutcome> RefuseSubjectAsync(EntryFacts facts, in Standing standing, ErrorCode cause)
    {
        facts.SealCause(standing.Slot is null ? standing.SubjectKey : standing.ConsentKey, recorder.Origin, cause);
        return RefuseAsync(facts, ErrorCode.SubjectNotAvailable);
    }

    /// <summary>What was decided no longer holds, or cannot be logged: the sealed page is thrown away, and that is what is recorded.</summary>
    private async ValueTask<FetchOutcome> RefuseLateAsync(EntryFacts facts, Standing standing, ErrorCode code)
    {
        facts.Released = FieldSet.Empty;
        facts.ObjectDigest = facts.PayloadCommitment = null;
        facts.PaddedSize = 0;
        return ErrorCatalogue.DependsOnSubject(code)
            ? await RefuseSubjectAsync(facts, standing, code).ConfigureAwait(false)
            : await RefuseAsync(facts, code).ConfigureAwait(false);
    }
}
