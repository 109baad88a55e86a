namespace Exchange.Benches.Load.Rounds;

/// <summary>The middle one, so that one disturbed round does not speak for all.</summary>
internal static class Median
{
    public static double Of<T>(IReadOnlyList<T> values, Func<T, double> figure) => Of(values.Select(figure));

    public static double Of(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Order()];
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
