using System.Diagnostics.CodeAnalysis;

namespace Exchange.Vocabulary;

/// <summary>The one spelling of names that people write into files: safe in paths, YAML and messages.</summary>
internal static class PlainName
{
    private const int MaximumLength = 64;

    internal static bool IsPlain([NotNullWhen(true)] string? text)
    {
        if (text is null || text.Length is 0 or > MaximumLength)
        {
            return false;
        }

        var afterSeparator = true;
        foreach (var c in text)
        {
            var separator = c is '.' or '-' or '_';
            if (separator ? afterSeparator : !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)))
            {
                return false;
            }

            afterSeparator = separator;
        }

        return !afterSeparator;
    }
}
