namespace Exchange.Policy.Minimisation;

/// <summary>The sizes of a pseudonym in bytes.</summary>
internal static class Pseudonym
{
    /// <summary>Of bytes: 128 bits.</summary>
    public const int Size = 16;

    /// <summary>Of a text: two hexadecimal digits a byte.</summary>
    public const int TextSize = 2 * Size;
}
