namespace Exchange.Vocabulary;

/// <summary>
/// Why something was refused or failed. The numbers stand in audit entries and never change; what a caller sees of each is in
/// <see cref="ErrorCatalogue"/>.
/// </summary>
public enum ErrorCode
{
    /// <summary>As asked.</summary>
    None = 0,

    // Who
    MemberUnknown = 100,
    RoleMissing = 101,
    ConsentManagerNotEntitled = 102,

    // The request itself
    RequestMalformed = 200,
    OriginMismatch = 201,
    RequestExpired = 202,
    RequestDuplicate = 203,
    PageTokenInvalid = 204,
    DatasetUnknown = 210,
    ProviderUnknown = 211,
    PurposeUnknown = 212,
    FieldUnknown = 213,
    FieldsEmpty = 214,
    AssertionUnknown = 215,
    SubjectSchemeUnknown = 216,
    EntryUnknown = 220,
    EntryRemoved = 221,
    CheckpointUnknown = 222,

    // Policy
    RuleMissing = 300,
    FieldsNotPermitted = 301,
    OverAsk = 302,
    PeriodNotPermitted = 303,
    PolicyChanged = 304,
    // 305 stood in entries while rules could set limits that the node did not hold; it is not given again.
    FrequencyExceeded = 306,
    AssertionBudgetSpent = 307,
    PartitionFrozen = 308,

    // The subject: from outside all are SubjectNotAvailable (I8)
    SubjectNotAvailable = 400,
    SubjectUnknown = 401,
    ConsentMissing = 402,
    ConsentWithdrawn = 403,
    ConsentPaused = 404,
    ConsentExpired = 405,
    ConsentNotYetValid = 406,
    ConsentCoversNothing = 407,

    // Consent management
    ConsentUnknown = 420,
    ConsentNotApplicable = 421,

    // The provider
    ProviderUnavailable = 500,
    ProviderTimedOut = 501,
    ProviderAnswerInvalid = 502,
    ProviderAnswerMalformed = 503,
    ProviderAnswerWrongSubject = 504,
    ProviderAnswerOutsidePeriod = 505,
    ProviderAnswerTooLarge = 506,
    ProviderBusy = 507,
    CallerLeft = 508,
    ProviderRefused = 509,

    // The node
    RateExceeded = 600,
    RecipientKeyMissing = 601,
    LogUnavailable = 602,
    ClockRanBack = 603,
    ShuttingDown = 604,
    StoreUnavailable = 605,
    ExportsBusy = 606,
    InternalFault = 699,
}
