using System.Collections.Immutable;
using Exchange.Node.Subjects;
using Exchange.Vocabulary;

namespace Exchange.Node.Consents;

/// <summary>Where a consent stands.</summary>
internal enum ConsentStatus
{
    Given = 1,
    Paused = 2,
    Withdrawn = 3,
}

/// <summary>What a consent is for: one is current for each of these.</summary>
internal readonly record struct ConsentTuple(SubjectId Subject, MemberId Provider, MemberId Consumer, DatasetId Dataset, PurposeId Purpose);

/// <summary>An assertion as it was when a subject consented to it.</summary>
/// <param name="Name">By which the rule offered it.</param>
/// <param name="Digest">Of its expression and window (docs/policy.md).</param>
internal readonly record struct ConsentedAssertion(string Name, Digest Digest);

/// <summary>A consent record in its current revision; terms follow ISO/IEC TS 27560.</summary>
internal sealed record ConsentRecord
{
    internal required ConsentId Id { get; init; }

    internal required ConsentTuple For { get; init; }

    /// <summary>From 1; a new one with each event.</summary>
    internal required long Revision { get; init; }

    internal required ConsentStatus Status { get; init; }

    /// <summary>What is covered of the dataset.</summary>
    internal required ConsentedFields Fields { get; init; }

    /// <summary>What may be asked by name, frozen as what it asked then: under another threshold or window it is not covered.</summary>
    internal ImmutableArray<ConsentedAssertion> Assertions { get; init; } = [];

    /// <summary>The dataset's descriptor when it was given.</summary>
    internal required Digest DescriptorDigest { get; init; }

    internal required Instant ValidFrom { get; init; }

    /// <summary>Null: until withdrawn.</summary>
    internal required Instant? Expire { get; init; }

    /// <summary>The consent's random key.</summary>
    internal required KeptKey Key { get; init; }

    /// <summary>Who gave it on the subject's behalf.</summary>
    internal required MemberId Manager { get; init; }

    internal required string Jurisdiction { get; init; }

    /// <summary>Of the signed form that the consent manager keeps; empty when there is none.</summary>
    internal required byte[] EvidenceDigest { get; init; }

    /// <summary>Of the last event.</summary>
    internal required Instant ChangeTime { get; init; }

    /// <summary>What both this revision and the next permit.</summary>
    internal ConsentRecord And(ConsentRecord next) => this with
    {
        Fields = Fields.And(next.Fields),
        Assertions = [.. Assertions.IntersectBy(next.Assertions.Select(assertion => assertion.Digest), assertion => assertion.Digest)],
        ValidFrom = ValidFrom > next.ValidFrom ? ValidFrom : next.ValidFrom,
        Expire = Expire is null || next.Expire < Expire ? next.Expire : Expire,
    };
}
