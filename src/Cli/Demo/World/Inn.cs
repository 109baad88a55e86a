using System.Globalization;

namespace Exchange.Cli.Demo.World;

/// <summary>
/// The state's number of a person: twelve digits, the last two being check digits. The demo derives it from the marketplace's
/// customer number: <c>0000</c>, the number in six digits, the check digits. No tax office has the code 0000, so no such number
/// is anybody's.
/// </summary>
public static class Inn
{
    private const string NoOffice = "0000";
    private const int LargestNumber = 999_999;
    private static readonly int[] FirstWeights = [7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
    private static readonly int[] SecondWeights = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];

    /// <summary>The number of the citizen who is this customer of the marketplace.</summary>
    public static string OfCustomer(string customer)
    {
        if (!int.TryParse(customer, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > LargestNumber)
        {
            throw new ArgumentException($"'{customer}' is not a customer number of at most six digits.", nameof(customer));
        }

        var ten = NoOffice + number.ToString("D6", CultureInfo.InvariantCulture);
        var eleven = ten + CheckDigit(ten, FirstWeights);
        return eleven + CheckDigit(eleven, SecondWeights);
    }

    /// <summary>Whether the text is twelve digits whose check digits agree.</summary>
    public static bool IsValid(string text) =>
        text.Length == 12
        && text.All(char.IsAsciiDigit)
        && text[10] == CheckDigit(text, FirstWeights)
        && text[11] == CheckDigit(text, SecondWeights);

    private static char CheckDigit(string digits, int[] weights) =>
        (char)('0' + (weights.Select((weight, index) => weight * (digits[index] - '0')).Sum() % 11 % 10));
}
