using System.Collections.Frozen;

namespace Exchange.Vocabulary;

/// <summary>What a caller sees of an error: stable reason, status, whether a retry can help, and how to mend it.</summary>
/// <param name="Code">As recorded in the log.</param>
/// <param name="Reason">The stable word that a caller may switch on; it names the page under docs/errors.</param>
/// <param name="Status">The gRPC status.</param>
/// <param name="Retryable">Whether the same request, with a fresh request id, may succeed later.</param>
/// <param name="Mend">How to mend it, one sentence.</param>
public sealed record ErrorDescription(ErrorCode Code, string Reason, CallStatus Status, bool Retryable, string Mend);

/// <summary>Every <see cref="ErrorCode"/>, as a caller sees it. Total: a test proves it.</summary>
public static class ErrorCatalogue
{
    /// <summary>The domain in google.rpc.ErrorInfo.</summary>
    public const string Domain = "exchange.v1";

    private static readonly ErrorDescription SubjectNotAvailable = new(
        ErrorCode.SubjectNotAvailable,
        "SUBJECT_NOT_AVAILABLE",
        CallStatus.PermissionDenied,
        false,
        "The data is not available for this purpose; the node does not say whether the subject is unknown or has not consented.");

    private static readonly ErrorDescription ProviderAnswerInvalid = new(
        ErrorCode.ProviderAnswerInvalid,
        "PROVIDER_ANSWER_INVALID",
        CallStatus.Internal,
        false,
        "The provider answered with records that may not be passed on; nothing was released. The provider's operator must mend it.");

    private static readonly FrozenDictionary<ErrorCode, ErrorDescription> All = new ErrorDescription[]
    {
        new(ErrorCode.None, "NONE", CallStatus.Ok, false, "Nothing to mend."),
        new(ErrorCode.MemberUnknown, "MEMBER_UNKNOWN", CallStatus.Unauthenticated, false, "The certificate is sound, but its URI names no member; ask the operator to add it to the member registry."),
        new(ErrorCode.RoleMissing, "ROLE_MISSING", CallStatus.PermissionDenied, false, "The member lacks the role that this call needs; ask the operator to grant it in the member registry."),
        new(ErrorCode.ConsentManagerNotEntitled, "CONSENT_MANAGER_NOT_ENTITLED", CallStatus.PermissionDenied, false, "The policy does not let this consent manager speak for this provider, dataset and consumer."),
        new(ErrorCode.RequestMalformed, "REQUEST_MALFORMED", CallStatus.InvalidArgument, false, "Correct the fields that the violations name."),
        new(ErrorCode.OriginMismatch, "ORIGIN_MISMATCH", CallStatus.InvalidArgument, false, "The request is meant for another node; set node_origin to this node's log origin."),
        new(ErrorCode.RequestExpired, "REQUEST_EXPIRED", CallStatus.FailedPrecondition, true, "Set issue_time to now and expire_time at most ten minutes later, with clocks in step."),
        new(ErrorCode.RequestDuplicate, "REQUEST_DUPLICATE", CallStatus.AlreadyExists, true, "This request id was used before; use 16 fresh random bytes for each page and each retry."),
        new(ErrorCode.PageTokenInvalid, "PAGE_TOKEN_INVALID", CallStatus.InvalidArgument, false, "Pass the page token of the page before, with everything else in the request unchanged."),
        new(ErrorCode.DatasetUnknown, "DATASET_UNKNOWN", CallStatus.NotFound, false, "Name a dataset that the node has installed."),
        new(ErrorCode.ProviderUnknown, "PROVIDER_UNKNOWN", CallStatus.NotFound, false, "Name a member that is a provider."),
        new(ErrorCode.PurposeUnknown, "PURPOSE_UNKNOWN", CallStatus.InvalidArgument, false, "Name a purpose that the policy declares."),
        new(ErrorCode.FieldUnknown, "FIELD_UNKNOWN", CallStatus.InvalidArgument, false, "Name fields of the dataset by their dotted paths."),
        new(ErrorCode.FieldsEmpty, "FIELDS_EMPTY", CallStatus.InvalidArgument, false, "Name at least one field; the node never guesses what is needed."),
        new(ErrorCode.AssertionUnknown, "ASSERTION_UNKNOWN", CallStatus.InvalidArgument, false, "Name assertions that the policy declares for this dataset and purpose."),
        new(ErrorCode.SubjectSchemeUnknown, "SUBJECT_SCHEME_UNKNOWN", CallStatus.InvalidArgument, false, "Name the subject by a scheme that the dataset or its consents know."),
        new(ErrorCode.EntryUnknown, "ENTRY_UNKNOWN", CallStatus.NotFound, false, "Name an entry that the log holds, and a range within it."),
        new(ErrorCode.EntryRemoved, "ENTRY_REMOVED", CallStatus.FailedPrecondition, false, "The entry was removed when its retention period ended; an earlier export has it, and its hash still verifies."),
        new(ErrorCode.CheckpointUnknown, "CHECKPOINT_UNKNOWN", CallStatus.NotFound, false, "Name the size of a checkpoint that the node keeps, or none for the newest."),
        new(ErrorCode.RuleMissing, "RULE_MISSING", CallStatus.PermissionDenied, false, "No rule lets this consumer have this dataset of this provider for this purpose."),
        new(ErrorCode.FieldsNotPermitted, "FIELDS_NOT_PERMITTED", CallStatus.PermissionDenied, false, "The rule permits none of the asked fields; Preview says which it permits."),
        new(ErrorCode.OverAsk, "OVER_ASK", CallStatus.PermissionDenied, false, "The request is strict and asks for more than is permitted; ask for less, or without strict."),
        new(ErrorCode.PeriodNotPermitted, "PERIOD_NOT_PERMITTED", CallStatus.PermissionDenied, false, "The rule permits another period; the violation says which."),
        new(ErrorCode.PolicyChanged, "POLICY_CHANGED", CallStatus.Aborted, true, "The policy changed while the request was under way; ask again."),
        new(ErrorCode.FrequencyExceeded, "FREQUENCY_EXCEEDED", CallStatus.ResourceExhausted, true, "The rule permits no more fetches in this period; ask again after the delay."),
        new(ErrorCode.AssertionBudgetSpent, "ASSERTION_BUDGET_SPENT", CallStatus.ResourceExhausted, true, "The rule permits no more fresh evaluations about this subject in this period; ask again after the delay, or for what was answered already."),
        new(ErrorCode.PartitionFrozen, "PARTITION_FROZEN", CallStatus.FailedPrecondition, false, "The statistics of this period were frozen otherwise and are never made anew; ask for what the violations leave."),
        SubjectNotAvailable,
        SubjectNotAvailable with { Code = ErrorCode.SubjectUnknown },
        SubjectNotAvailable with { Code = ErrorCode.ConsentMissing },
        SubjectNotAvailable with { Code = ErrorCode.ConsentWithdrawn },
        SubjectNotAvailable with { Code = ErrorCode.ConsentPaused },
        SubjectNotAvailable with { Code = ErrorCode.ConsentExpired },
        SubjectNotAvailable with { Code = ErrorCode.ConsentNotYetValid },
        SubjectNotAvailable with { Code = ErrorCode.ConsentCoversNothing },
        new(ErrorCode.ConsentUnknown, "CONSENT_UNKNOWN", CallStatus.NotFound, false, "Name a consent that this consent manager gave."),
        new(ErrorCode.ConsentNotApplicable, "CONSENT_NOT_APPLICABLE", CallStatus.FailedPrecondition, false, "No rule on the basis of consent exists for this provider, consumer, dataset and purpose."),
        new(ErrorCode.ProviderUnavailable, "PROVIDER_UNAVAILABLE", CallStatus.Unavailable, true, "The provider could not be reached; ask again later."),
        new(ErrorCode.ProviderTimedOut, "PROVIDER_TIMED_OUT", CallStatus.Unavailable, true, "The provider did not answer in time; ask again later, or for smaller pages."),
        ProviderAnswerInvalid,
        ProviderAnswerInvalid with { Code = ErrorCode.ProviderAnswerMalformed },
        ProviderAnswerInvalid with { Code = ErrorCode.ProviderAnswerWrongSubject },
        ProviderAnswerInvalid with { Code = ErrorCode.ProviderAnswerOutsidePeriod },
        new(ErrorCode.ProviderAnswerTooLarge, "PROVIDER_ANSWER_TOO_LARGE", CallStatus.ResourceExhausted, false, "Ask for smaller pages."),
        new(ErrorCode.ProviderBusy, "PROVIDER_BUSY", CallStatus.ResourceExhausted, true, "The provider is at its limit; ask again later."),
        new(ErrorCode.CallerLeft, "CALLER_LEFT", CallStatus.Cancelled, true, "The caller cancelled, or its deadline passed, while the provider was being asked; ask again."),
        new(ErrorCode.ProviderRefused, "PROVIDER_REFUSED", CallStatus.FailedPrecondition, false, "The provider refused the node's call; asking again will not help, its operator must mend it."),
        new(ErrorCode.RateExceeded, "RATE_EXCEEDED", CallStatus.ResourceExhausted, true, "The member's quota is used up; ask again after the delay."),
        new(ErrorCode.RecipientKeyMissing, "RECIPIENT_KEY_MISSING", CallStatus.FailedPrecondition, false, "The member registry holds no valid encryption key of the consumer; ask the operator to add one."),
        new(ErrorCode.LogUnavailable, "LOG_UNAVAILABLE", CallStatus.Unavailable, true, "The audit log cannot be written, so nothing is released; the operator must mend it."),
        new(ErrorCode.ClockRanBack, "CLOCK_RAN_BACK", CallStatus.Unavailable, true, "The node's clock is behind its log; the operator must set it."),
        new(ErrorCode.ShuttingDown, "SHUTTING_DOWN", CallStatus.Unavailable, true, "The node is stopping; ask again."),
        new(ErrorCode.StoreUnavailable, "STORE_UNAVAILABLE", CallStatus.Unavailable, true, "A store of the node cannot be read or written; the operator must mend it."),
        new(ErrorCode.ExportsBusy, "EXPORTS_BUSY", CallStatus.ResourceExhausted, true, "As many exports are under way as the node serves at once; ask again after the delay."),
        new(ErrorCode.InternalFault, "INTERNAL_FAULT", CallStatus.Internal, false, "A fault of the node; the operator finds it in the log under the transfer id."),
    }.ToFrozenDictionary(description => description.Code);

    /// <summary>What a caller sees of a code.</summary>
    public static ErrorDescription Of(ErrorCode code) => All[code];

    /// <summary>Whether a cause says something about the subject; such causes look alike from outside (I8).</summary>
    public static bool DependsOnSubject(ErrorCode code) => ReferenceEquals(Of(code).Reason, SubjectNotAvailable.Reason);

    /// <summary>All descriptions, in the order of their codes.</summary>
    public static IEnumerable<ErrorDescription> Entries => All.Values.OrderBy(description => description.Code);
}
