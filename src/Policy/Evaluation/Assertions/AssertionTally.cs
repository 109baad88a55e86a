using Exchange.Policy.Model;

namespace Exchange.Policy.Evaluation.Assertions;

/// <summary>One assertion while it is evaluated: takes in record after record, over all pages of an answer, and keeps a few numbers of them.</summary>
/// <param name="assertion">What is asked.</param>
public sealed class AssertionTally(Assertion assertion)
{
    private readonly AssertionExpression _expression = assertion.Expression;
    private Int128 _sum;
    private Int128 _least;
    private Int128 _greatest;
    private long _count;
    private bool _isUndecided;

    /// <summary>What the records so far come to.</summary>
    public AssertionVerdict Verdict
    {
        get
        {
            if (_isUndecided || (_count == 0 && _expression.Function is (AssertionFunction.Min or AssertionFunction.Max)))
            {
                return AssertionVerdict.Undecided;
            }

            var holds = _expression.Function switch
            {
                AssertionFunction.Exists => _count > 0,
                AssertionFunction.Count => _expression.Threshold!.Holds(_count),
                AssertionFunction.Sum => _expression.Threshold!.Holds(_sum),
                AssertionFunction.Min => _expression.Threshold!.Holds(_least),
                _ => _expression.Threshold!.Holds(_greatest),
            };
            return holds ? AssertionVerdict.True : AssertionVerdict.False;
        }
    }

    /// <summary>Takes a record in.</summary>
    /// <param name="record">As the minimiser wrote it, with at least the assertion's leaves: well-formed and canonical.</param>
    public void Add(ReadOnlySpan<byte> record) => new AssertionWalk(_expression, record).Run(this);

    /// <summary>A value that is there: a number, or anything that is only counted.</summary>
    internal void Take(Int128 value)
    {
        // A record is at most megabytes and a value at most 64 bits: no answer comes near the end of 128 bits. Checked all the same.
        _sum = checked(_sum + value);
        _least = _count == 0 || value < _least ? value : _least;
        _greatest = _count == 0 || value > _greatest ? value : _greatest;
        _count++;
    }

    /// <summary>Money that is not of the currency with which the assertion compares: what it is worth in that one nobody here knows.</summary>
    internal void TakeForeign() => _isUndecided = true;
}
