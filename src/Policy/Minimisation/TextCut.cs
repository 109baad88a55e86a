namespace Exchange.Policy.Minimisation;

/// <summary>Cuts texts between characters: Unicode scalar values of sound UTF-8, each of which has one byte that does not continue another.</summary>
internal static class TextCut
{
    /// <summary>The size in bytes of the first characters, at most so many.</summary>
    public static int First(ReadOnlySpan<byte> text, int characters)
    {
        if (characters >= text.Length)
        {
            return text.Length;
        }

        var at = 0;
        for (; at < text.Length && (Continues(text[at]) || characters-- > 0); at++)
        {
        }

        return at;
    }

    /// <summary>The size in bytes of the last characters, at most so many.</summary>
    public static int Last(ReadOnlySpan<byte> text, int characters)
    {
        var at = text.Length;
        while (at > 0 && characters > 0)
        {
            at--;
            characters -= Continues(text[at]) ? 0 : 1;
        }

        return text.Length - at;
    }

    /// <summary>How many characters there are, or the limit if there are more.</summary>
    public static int Count(ReadOnlySpan<byte> text, long limit)
    {
        var count = 0;
        for (var at = 0; at < text.Length && count < limit; at++)
        {
            count += Continues(text[at]) ? 0 : 1;
        }

        return count;
    }

    private static bool Continues(byte part) => (part & 0xC0) == 0x80;
}
