using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Exchange.Documents;
using Exchange.Policy.Minimisation;
using Exchange.Vocabulary;
using Google.Protobuf.Reflection;

namespace Exchange.Policy.Model;

/// <summary>
/// A yes or no that a consumer may ask for by name instead of records. What it asks stands in the policy alone: a threshold that the consumer
/// chose would be an oracle.
/// </summary>
public sealed class Assertion
{
    private const string DigestTag = "exchange.assertion.v1";

    /// <summary>From its parts; <see cref="Digest"/> follows from expression and window.</summary>
    public Assertion(string id, AssertionExpression expression, TimeSpan? window, DocumentPosition position)
    {
        Id = id;
        Expression = expression;
        Window = window;
        Position = position;
        Digest = Digest.Of(Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{DigestTag}\n{expression.Text}\n{(long)(window?.TotalDays ?? 0)}d\n")));
    }

    /// <summary>What a consumer asks by; unique within its rule.</summary>
    public string Id { get; }

    /// <summary>What is asked.</summary>
    public AssertionExpression Expression { get; }

    /// <summary>Whole days before the start of the current day, UTC, whose records are looked at; null: all records.</summary>
    public TimeSpan? Window { get; }

    /// <summary>
    /// SHA-256 of <c>exchange.assertion.v1</c>, the canonical expression and the window in days (<c>0d</c> without), a line each. Consent
    /// freezes it: an assertion that asks something else under the same name is not covered.
    /// </summary>
    public Digest Digest { get; }

    /// <summary>Where it is written.</summary>
    public DocumentPosition Position { get; }

    /// <summary>The expression and the window, for people: <c>sum(total) > 5000000 RUB over 365d</c>.</summary>
    public override string ToString() => Window is { } window
        ? string.Create(CultureInfo.InvariantCulture, $"{Expression.Text} over {(long)window.TotalDays}d")
        : Expression.Text;
}

/// <summary>A compiled expression: <c>&lt;count|sum|min|max|exists&gt;(&lt;path&gt;) &lt;op&gt; &lt;literal&gt;</c>.</summary>
/// <param name="Function">What is taken of the values.</param>
/// <param name="Path">Where they stand, dotted, across repeated fields.</param>
/// <param name="Fields">The fields along the path, from the record's own to the one that holds the value; none of them is a map.</param>
/// <param name="Operand">What the values are.</param>
/// <param name="Leaves">The leaves at or under the path: what a provider is asked for.</param>
/// <param name="Threshold">What the result is compared with; null for exists, and only there.</param>
/// <param name="Text">The canonical spelling.</param>
public sealed record AssertionExpression(
    AssertionFunction Function,
    string Path,
    ImmutableArray<FieldDescriptor> Fields,
    AssertionOperand Operand,
    FieldSet Leaves,
    Threshold? Threshold,
    string Text);
