using System.Collections.Frozen;
using Exchange.Documents;
using Exchange.Policy.Model;

namespace Exchange.Policy.Loading.Assertions;

/// <summary>An expression whose form is sound; its path and its types are not looked at yet.</summary>
/// <param name="Function">What is taken of the values.</param>
/// <param name="Path">Where they stand, as written.</param>
/// <param name="Comparison">How the result is compared; null without.</param>
/// <param name="Literal">The words after the operator.</param>
internal sealed record AssertionSyntax(AssertionFunction Function, string Path, Comparison? Comparison, IReadOnlyList<string> Literal)
{
    internal static readonly FrozenDictionary<string, AssertionFunction> Functions = new Dictionary<string, AssertionFunction>
    {
        ["count"] = AssertionFunction.Count,
        ["sum"] = AssertionFunction.Sum,
        ["min"] = AssertionFunction.Min,
        ["max"] = AssertionFunction.Max,
        ["exists"] = AssertionFunction.Exists,
    }.ToFrozenDictionary();

    internal static readonly FrozenDictionary<string, Comparison> Operators = new Dictionary<string, Comparison>
    {
        ["<"] = Model.Comparison.Less,
        ["<="] = Model.Comparison.LessOrEqual,
        ["="] = Model.Comparison.Equal,
        ["!="] = Model.Comparison.NotEqual,
        [">="] = Model.Comparison.GreaterOrEqual,
        [">"] = Model.Comparison.Greater,
    }.ToFrozenDictionary();

    // What other languages write.
    private static readonly FrozenDictionary<string, string> Elsewhere =
        new Dictionary<string, string> { ["=="] = "=", ["<>"] = "!=", ["=>"] = ">=", ["=<"] = "<=", ["!"] = "!=" }.ToFrozenDictionary();

    private const string Form = "an expression such as 'sum(total) > 5000000 RUB', 'max(ordered_at) >= 2026-01-31' or 'exists(receipt)'";

    /// <summary>The expression's parts; null after a mistake was told.</summary>
    internal static AssertionSyntax? Read(DocumentValue value)
    {
        if (value.Text(Form) is not { } text)
        {
            return null;
        }

        if (AssertionTokens.Of(text) is not [var name, "(", var path, ")", .. var rest])
        {
            value.Refuse($"expected {Form}, found '{text}'");
            return null;
        }

        if (!Functions.TryGetValue(name, out var function))
        {
            value.Refuse($"unknown function '{name}', expected count, sum, min, max or exists", NearestName.Of(name, Functions.Keys));
            return null;
        }

        if (rest is [])
        {
            return new(function, path, Comparison: null, []);
        }

        if (!Operators.TryGetValue(rest[0], out var comparison))
        {
            value.Refuse($"unknown operator '{rest[0]}', expected <, <=, =, !=, >= or >", Elsewhere.GetValueOrDefault(rest[0]));
            return null;
        }

        return new(function, path, comparison, rest[1..]);
    }
}
