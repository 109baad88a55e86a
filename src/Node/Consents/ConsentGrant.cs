using System.Collections.Immutable;
using Exchange.Node.Admission;
using Exchange.Node.Identity;
using Exchange.Node.Subjects;
using Exchange.Policy.Minimisation;
using Exchange.Vocabulary;

namespace Exchange.Node.Consents;

/// <summary>A request to give consent, read and found whole.</summary>
internal sealed record ConsentGrant(
    NamedTuple Names,
    Member Consumer,
    ImmutableArray<SubjectName> SubjectNames,
    FieldSet Fields,
    ImmutableArray<ConsentedAssertion> Assertions,
    Instant ValidFrom,
    Instant? Expire,
    string Jurisdiction,
    byte[] EvidenceDigest);
