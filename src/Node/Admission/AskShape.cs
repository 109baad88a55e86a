using System.Collections.Concurrent;
using Exchange.Node.Transfers;
using Exchange.Policy.Evaluation;
using Exchange.Policy.Minimisation;
using Exchange.V1;
using Exchange.Vocabulary;

namespace Exchange.Node.Admission;

/// <summary>
/// What requests of one consumer that differ only in subject, period and page have in common, understood once under one snapshot: names found,
/// paths resolved, policy asked. What depends on the subject is never here.
/// </summary>
internal sealed class AskShape
{
    /// <summary>Consents of one shape mostly cover the same fields; a consumer whose citizens all chose otherwise costs no more memory than this.</summary>
    private const int MaximumTerms = 64;

    private readonly ConcurrentDictionary<FieldSet, ReleaseTerms> _terms = new();

    /// <summary>The request without what is its own.</summary>
    internal required FetchRequest Request { get; init; }

    internal required NamedTuple Names { get; init; }

    /// <summary>By which the subject is named; null for a dataset whose records are about nobody.</summary>
    internal required SubjectScheme? Scheme { get; init; }

    /// <summary>What is asked in view of policy; the outcome says whether that refuses. Without meaning where assertions are asked.</summary>
    internal required PolicyDecision Policy { get; init; }

    /// <summary>Names of what is asked instead of fields; empty where fields are.</summary>
    internal IReadOnlyList<string> Assertions => Request.Assertions;

    /// <summary>What is released, and on what terms, where a subject's consent covers these leaves; all that were asked stand for another legal basis.</summary>
    internal ReleaseTerms TermsUnder(in FieldSet covered)
    {
        if (_terms.TryGetValue(covered, out var terms))
        {
            return terms;
        }

        if (_terms.Count >= MaximumTerms)
        {
            _terms.Clear();
        }

        return _terms[covered] = ReleaseTerms.Of(this, covered);
    }
}
