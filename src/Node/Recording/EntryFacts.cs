using Exchange.Format.V1;
using Exchange.Node.Snapshots;
using Exchange.Node.Subjects;
using Exchange.Policy.Minimisation;
using Exchange.Vocabulary;
using LegalBasis = Exchange.Vocabulary.LegalBasis;

namespace Exchange.Node.Recording;

/// <summary>
/// What an audit entry says, collected stage by stage: whatever is known when a transfer ends, well or badly, is what its entry holds.
/// </summary>
internal sealed class EntryFacts
{
    /// <summary>Pseudonym, consent tag and sealed cause in one array: one allocation a transfer.</summary>
    private byte[]? _tags;
    private bool _hasPseudonym, _hasConsentTag, _hasSealedCause;

    /// <summary>Of nothing yet; <see cref="Begin"/> comes first.</summary>
    internal EntryFacts() => Snapshot = null!;

    /// <summary>Of one transfer or act.</summary>
    internal EntryFacts(TransferId id, NodeSnapshot snapshot) => (Id, Snapshot) = (id, snapshot);

    internal TransferId Id { get; private set; }

    /// <summary>The policy and registry by which this was decided.</summary>
    internal NodeSnapshot Snapshot { get; private set; }

    internal EntryKind Kind { get; set; }

    internal ErrorCode Outcome { get; set; }

    internal RequestId? RequestId { get; set; }

    internal Instant RequestExpire { get; set; }

    internal MemberId Consumer { get; set; }

    internal MemberId Provider { get; set; }

    internal DatasetId Dataset { get; set; }

    internal Digest? DescriptorDigest { get; set; }

    internal PurposeId Purpose { get; set; }

    internal LegalBasis? Basis { get; set; }

    internal FieldSet Asked { get; set; }

    internal FieldSet Released { get; set; }

    /// <summary>Names of the policy's assertions: asked, or consented to.</summary>
    internal IReadOnlyList<string> AssertionsAsked { get; set; } = [];

    internal IReadOnlyList<string> AssertionsReleased { get; set; } = [];

    internal Digest? ObjectDigest { get; set; }

    internal Digest? PayloadCommitment { get; set; }

    internal int PaddedSize { get; set; }

    internal int PageNumber { get; set; }

    /// <summary>Who did it, where that is neither consumer nor provider.</summary>
    internal MemberId Actor { get; set; }

    internal string? Software { get; set; }

    internal ulong Count { get; set; }

    internal Instant Since { get; set; }

    /// <summary>Of the policy or registry that was in force before.</summary>
    internal Digest? PreviousDigest { get; set; }

    /// <summary>Of the report that says what changed.</summary>
    internal Digest? ChangeDigest { get; set; }

    internal int RulesWidened { get; set; }

    internal int RulesNarrowed { get; set; }

    /// <summary>Of which key another is in use.</summary>
    internal string? KeyUse { get; set; }

    /// <summary>Entries below it are no longer kept.</summary>
    internal ulong MinimumIndex { get; set; }

    /// <summary>In which way the log was read.</summary>
    internal string? ReadAs { get; set; }

    internal ulong ReadFrom { get; set; }

    /// <summary>The index after the last that was read.</summary>
    internal ulong ReadTo { get; set; }

    internal ReadOnlySpan<byte> Pseudonym => _hasPseudonym ? Tags[..EntryTags.Size] : default;

    internal ReadOnlySpan<byte> ConsentTag => _hasConsentTag ? Tags.Slice(EntryTags.Size, EntryTags.Size) : default;

    internal ReadOnlySpan<byte> SealedCause => _hasSealedCause ? Tags[(2 * EntryTags.Size)..] : default;

    private Span<byte> Tags => _tags ??= new byte[(2 * EntryTags.Size) + EntryTags.SealedCauseSize];

    /// <summary>Whether the entry is about a person; whether anybody knows whom is another matter.</summary>
    internal bool HasSubject => _hasPseudonym;

    /// <summary>Whom the entry is about, which it does not say; zeros where nobody knows.</summary>
    internal SubjectId Subject { get; private set; }

    /// <summary>Under which consent, which it does not say either.</summary>
    internal ConsentId Consent { get; private set; }

    /// <summary>Begins anew: of what it said before nothing is left.</summary>
    internal void Begin(TransferId id, NodeSnapshot snapshot)
    {
        (Id, Snapshot, Kind, Outcome) = (id, snapshot, default, default);
        (RequestId, RequestExpire, Consumer, Provider, Dataset, Purpose, Actor) = (default, default, default, default, default, default, default);
        (DescriptorDigest, ObjectDigest, PayloadCommitment, PreviousDigest, ChangeDigest) = (default, default, default, default, default);
        (Basis, Asked, Released, AssertionsAsked, AssertionsReleased) = (default, default, default, [], []);
        (PaddedSize, PageNumber, Software, Count, Since) = (default, default, default, default, default);
        (RulesWidened, RulesNarrowed, KeyUse, MinimumIndex, ReadAs, ReadFrom, ReadTo) = (default, default, default, default, default, default, default);
        (Subject, Consent, _hasPseudonym, _hasConsentTag, _hasSealedCause) = (default, default, false, false, false);
    }

    internal void NameSubject(SubjectId subject, ReadOnlySpan<byte> subjectKey, string origin)
    {
        Subject = subject;
        EntryTags.Pseudonym(subjectKey, origin, Id, Tags);
        _hasPseudonym = true;
    }

    internal void NameConsent(ConsentId consent, ReadOnlySpan<byte> consentKey, string origin)
    {
        Consent = consent;
        EntryTags.ConsentTag(consentKey, origin, Id, Tags[EntryTags.Size..]);
        _hasConsentTag = true;
    }

    internal void SealCause(ReadOnlySpan<byte> key, string origin, ErrorCode cause)
    {
        EntryTags.SealCause(key, origin, Id, cause, Tags[(2 * EntryTags.Size)..]);
        _hasSealedCause = true;
    }
}
