using System.Globalization;

namespace Exchange.Audit.Proofs.Tiles;

/// <summary>How tlog-tiles writes a number into a path: three digits a folder, all but the last with an x before them, <c>x001/x234/067</c>.</summary>
internal static class PathNumber
{
    private const ulong Step = 1000;

    internal static string Of(ulong number)
    {
        var name = (number % Step).ToString("D3", CultureInfo.InvariantCulture);
        for (var rest = number / Step; rest > 0; rest /= Step)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"x{rest % Step:D3}/{name}");
        }

        return name;
    }
}
