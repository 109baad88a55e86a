namespace Exchange.Policy.Loading.Assertions;

/// <summary>Cuts an expression into words, parentheses and runs of operator signs; blanks separate and mean nothing.</summary>
internal static class AssertionTokens
{
    private const string OperatorSigns = "<>=!";

    internal static List<string> Of(string expression)
    {
        var tokens = new List<string>();
        var start = 0;
        while (start < expression.Length)
        {
            var kind = KindOf(expression[start]);
            var end = start + 1;
            while (end < expression.Length && kind != Kind.Parenthesis && KindOf(expression[end]) == kind)
            {
                end++;
            }

            if (kind != Kind.Blank)
            {
                tokens.Add(expression[start..end]);
            }

            start = end;
        }

        return tokens;
    }

    private static Kind KindOf(char c) => char.IsWhiteSpace(c) ? Kind.Blank
        : c is '(' or ')' ? Kind.Parenthesis
        : OperatorSigns.Contains(c, StringComparison.Ordinal) ? Kind.Operator
        : Kind.Word;

    private enum Kind
    {
        Blank,
        Parenthesis,
        Operator,
        Word,
    }
}
