using System.Collections.Immutable;
using System.Globalization;
using Exchange.Node.Admission;
using Exchange.Node.Identity;
using Exchange.Node.Refusals;
using Exchange.Node.Snapshots;
using Exchange.Node.Subjects;
using Exchange.Policy.Model;
using Exchange.V1;
using Exchange.Vocabulary;

namespace Exchange.Node.Consents;

/// <summary>Reads a request to give consent, or says everything that is wrong with it.</summary>
internal static class ConsentGrantReader
{
    private const int MaximumNames = 16;

    /// <summary>So many have room in the entry.</summary>
    private const int MaximumAssertions = 64;

    internal static ConsentGrant? Read(GiveConsentRequest request, Member manager, NodeSnapshot snapshot, Instant now, out ErrorCode code, out IReadOnlyList<Violation> violations)
    {
        var names = NamedTuple.Find(snapshot, request.Provider, request.Dataset, request.Purpose, out code, out violations);
        if (names is null)
        {
            return null;
        }

        Member? consumer = null;
        if (!MemberId.TryParse(request.Consumer, out var consumerId) || !snapshot.Registry.TryFind(consumerId, out consumer) || !consumer.Roles.HasFlag(MemberRoles.Consumer))
        {
            code = ErrorCode.RequestMalformed;
            violations = [new Violation("consumer", "no consumer has this id")];
            return null;
        }

        if (!snapshot.Policy.MayManageConsent(manager.Id, names.Provider.Id, names.Dataset.Id, consumer.Id))
        {
            code = ErrorCode.ConsentManagerNotEntitled;
            return null;
        }

        if (!snapshot.Policy.TryFindRule(consumer.Id, names.Provider.Id, names.Dataset.Id, names.Purpose, out var rule) || rule.Basis != LegalBasis.Consent)
        {
            code = ErrorCode.ConsentNotApplicable;
            return null;
        }

        if (!AskedFields.TryRead(request.Fields, names.Dataset, out var fields, out violations))
        {
            code = ErrorCode.FieldUnknown;
            return null;
        }

        if (request.Assertions.Count > MaximumAssertions)
        {
            code = ErrorCode.RequestMalformed;
            violations = [new Violation("assertions", string.Create(CultureInfo.InvariantCulture, $"name at most {MaximumAssertions}"))];
            return null;
        }

        if (!TryReadAssertions(request, rule, out var assertions, out violations))
        {
            code = ErrorCode.AssertionUnknown;
            return null;
        }

        if (fields.IsEmpty && assertions.IsEmpty)
        {
            code = ErrorCode.FieldsEmpty;
            violations = [new Violation("fields", "name at least one field or assertion: consent to nothing in particular is none")];
            return null;
        }

        var wrong = new List<Violation>();
        var subjectNames = ReadSubject(request, names, wrong);
        if (request.ValidFrom < 0 || request.ExpireTime < 0 || (request.ExpireTime != 0 && request.ExpireTime <= Math.Max(request.ValidFrom, now.Microseconds)))
        {
            wrong.Add(new Violation("expire_time", "must be zero, or after valid_from and after now, in microseconds since the epoch"));
        }

        if (request.EvidenceDigest.Length is not 0 and not Digest.Size)
        {
            wrong.Add(new Violation("evidence_digest", string.Create(CultureInfo.InvariantCulture, $"must be empty or {Digest.Size} bytes")));
        }

        if (request.Jurisdiction.Length > 16 || !request.Jurisdiction.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            wrong.Add(new Violation("jurisdiction", "must be an ISO 3166 code such as RU or DE-BY"));
        }

        violations = wrong;
        code = wrong.Count == 0 ? ErrorCode.None : ErrorCode.RequestMalformed;
        return wrong.Count > 0 ? null : new ConsentGrant(
            names,
            consumer,
            subjectNames,
            fields.All,
            assertions,
            request.ValidFrom == 0 ? now : new Instant(request.ValidFrom),
            request.ExpireTime == 0 ? null : new Instant(request.ExpireTime),
            request.Jurisdiction,
            request.EvidenceDigest.ToByteArray());
    }

    private static bool TryReadAssertions(GiveConsentRequest request, Rule rule, out ImmutableArray<ConsentedAssertion> assertions, out IReadOnlyList<Violation> violations)
    {
        var known = new List<ConsentedAssertion>();
        var unknown = new List<string>();
        foreach (var name in request.Assertions.Distinct(StringComparer.Ordinal))
        {
            if (rule.TryFindAssertion(name, out var assertion))
            {
                known.Add(new ConsentedAssertion(name, assertion.Digest));
            }
            else
            {
                unknown.Add(name);
            }
        }

        assertions = [.. known];
        violations = AskedAssertions.Unknown(unknown, rule);
        return unknown.Count == 0;
    }

    private static ImmutableArray<SubjectName> ReadSubject(GiveConsentRequest request, NamedTuple names, List<Violation> wrong)
    {
        var read = ImmutableArray.CreateBuilder<SubjectName>();
        if (request.Subject.Count > MaximumNames)
        {
            wrong.Add(new Violation("subject", string.Create(CultureInfo.InvariantCulture, $"at most {MaximumNames} names")));
            return [];
        }

        for (var i = 0; i < request.Subject.Count; i++)
        {
            var subject = request.Subject[i];
            if (!SubjectScheme.TryParse(subject.Scheme, out var scheme) || !SubjectName.TryCreate(names.Provider.Id, names.Dataset.SubjectScheme, scheme, subject.Value, out var name))
            {
                wrong.Add(new Violation(string.Create(CultureInfo.InvariantCulture, $"subject[{i}]"), "needs a scheme such as 'inn' and a value"));
            }
            else if (read.Any(other => other.Scheme == scheme))
            {
                wrong.Add(new Violation(string.Create(CultureInfo.InvariantCulture, $"subject[{i}]"), $"names the scheme {scheme} twice"));
            }
            else
            {
                read.Add(name);
            }
        }

        if (!read.Any(name => name.Scheme == names.Dataset.SubjectScheme))
        {
            wrong.Add(new Violation("subject", $"one name must be of the scheme '{names.Dataset.SubjectScheme}', by which {names.Provider.Id} knows the subject"));
        }

        return read.ToImmutable();
    }
}
