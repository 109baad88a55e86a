using System.Globalization;
using Exchange.Documents;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Policy.Loading.Assertions;

/// <summary>Checks an expression's path and types against the dataset, and compiles it once, when the policy is loaded.</summary>
internal static class AssertionCompiler
{
    /// <summary>The compiled expression; null after a mistake was told, or if the dataset is unknown.</summary>
    internal static AssertionExpression? Compile(DocumentValue value, Dataset? dataset)
    {
        if (AssertionSyntax.Read(value) is not { } syntax || dataset is null)
        {
            return null;
        }

        if (!dataset.Shape.TryResolve(syntax.Path, out var leaves))
        {
            value.Refuse($"unknown field '{syntax.Path}' of dataset '{dataset.Id}'", dataset.NearestPath(syntax.Path));
            return null;
        }

        var types = AssertionTypes.At(dataset.Record, syntax.Path);
        var operand = syntax.Function is AssertionFunction.Count or AssertionFunction.Exists ? AssertionOperand.Presence : types.Operand;
        if (MistakeOf(syntax, types) is { } mistake)
        {
            value.Refuse(mistake);
            return null;
        }

        Threshold? threshold = null;
        if (syntax.Comparison is { } comparison && (threshold = ReadThreshold(value, syntax, operand, comparison)) is null)
        {
            return null;
        }

        return new(syntax.Function, syntax.Path, types.Fields, operand, leaves, threshold, Spell(syntax, threshold, operand));
    }

    private static string? MistakeOf(AssertionSyntax syntax, AssertionTypes types)
    {
        var (function, path) = (NameOf(syntax.Function), syntax.Path);
        var takesValues = syntax.Function is AssertionFunction.Sum or AssertionFunction.Min or AssertionFunction.Max;
        return types.CrossesMap ? $"'{path}' stands in a map, and no assertion looks into maps"
            : takesValues && types.IsPartOfMoney ? $"'{path}' is half of a sum of money; name the whole of it, and compare with an amount and a currency"
            : takesValues && types.Operand == AssertionOperand.Presence ? $"'{path}' is no whole number, money or time, so {function} has no meaning; count and exists have"
            : syntax.Function == AssertionFunction.Sum && types.Operand == AssertionOperand.Time ? $"times have no sum; '{path}' has min, max, count and exists"
            : syntax is { Function: AssertionFunction.Exists, Comparison: not null } ? $"exists is a yes or no already; write 'exists({path})' alone"
            : syntax is { Function: not AssertionFunction.Exists, Comparison: null } ? $"'{function}({path})' is no yes or no; compare it, as in '{function}({path}) > {Sample(types.Operand, syntax.Function)}'"
            : null;
    }

    private static Threshold? ReadThreshold(DocumentValue value, AssertionSyntax syntax, AssertionOperand operand, Comparison comparison)
    {
        Int128 number = 0;
        switch (operand, syntax.Literal)
        {
            case (AssertionOperand.Money, [var amount, var currency]) when TryParseNumber(amount, out number) && IsCurrency(currency):
                return new(comparison, number, currency);
            case (AssertionOperand.Time, [var day]) when DateTimeOffset.TryParseExact(
                day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time):
                return new(comparison, Instant.From(time).Microseconds);
            case (AssertionOperand.Integer or AssertionOperand.Presence, [var text]) when TryParseNumber(text, out number):
                return new(comparison, number);
            default:
                var expected = operand switch
                {
                    AssertionOperand.Money => "an amount in minor units and a currency such as '5000000 RUB'",
                    AssertionOperand.Time => "a day such as '2026-01-31'",
                    _ => "a whole number",
                };
                var found = syntax.Literal.Count == 0 ? "nothing" : $"'{string.Join(' ', syntax.Literal)}'";
                value.Refuse($"{NameOf(syntax.Function)}({syntax.Path}) is compared with {expected}, found {found}");
                return null;
        }
    }

    /// <summary>One spelling for all that mean the same, so that a digest of it stays while blanks come and go.</summary>
    private static string Spell(AssertionSyntax syntax, Threshold? threshold, AssertionOperand operand)
    {
        var call = $"{NameOf(syntax.Function)}({syntax.Path})";
        if (threshold is null)
        {
            return call;
        }

        var sign = AssertionSyntax.Operators.First(known => known.Value == threshold.Comparison).Key;
        var literal = operand == AssertionOperand.Time ? syntax.Literal[0] : threshold.Literal.ToString(CultureInfo.InvariantCulture);
        return threshold.Currency is null ? $"{call} {sign} {literal}" : $"{call} {sign} {literal} {threshold.Currency}";
    }

    private static string NameOf(AssertionFunction function) => function switch
    {
        AssertionFunction.Count => "count",
        AssertionFunction.Sum => "sum",
        AssertionFunction.Min => "min",
        AssertionFunction.Max => "max",
        _ => "exists",
    };

    private static string Sample(AssertionOperand operand, AssertionFunction function) => (operand, function) switch
    {
        (_, AssertionFunction.Count) => "3",
        (AssertionOperand.Money, _) => "5000000 RUB",
        (AssertionOperand.Time, _) => "2026-01-31",
        _ => "3",
    };

    // At most 20 digits: what the widest integer type can hold, and 128 bits hold the sum of every answer.
    private static bool TryParseNumber(string text, out Int128 number)
    {
        var digits = text.StartsWith('-') ? text.AsSpan(1) : text;
        number = 0;
        return digits.Length is > 0 and <= 20 && digits.IndexOfAnyExceptInRange('0', '9') < 0 && digits is not ['0', _, ..]
            && Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
    }

    private static bool IsCurrency(string text) => text.Length == 3 && text.All(char.IsAsciiLetterUpper);
}
