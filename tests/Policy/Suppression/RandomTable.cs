using System.Collections.Immutable;
using Exchange.Policy.Suppression;

namespace Exchange.Policy.Tests.Suppression;

/// <summary>Tables of one to three dimensions, some cells missing, with totals along all, some or none of them, each the sum of its parts.</summary>
internal static class RandomTable
{
    internal static List<Cell> Next(Random random)
    {
        var sizes = Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(1, 5)).ToArray();
        var inner = Places(sizes, withTotals: false)
            .Where(_ => random.Next(8) > 0)
            .Select(place => new Cell(Name(place), random.Next(4) == 0 ? random.Next(0, 10) : random.Next(10, 200)))
            .ToList();
        var summed = sizes.Select(_ => random.Next(3) > 0).ToArray(); // Along which dimensions the table has totals.
        var totals = Places(sizes, withTotals: true)
            .Where(place => place.Contains(-1) && place.Zip(summed).All(pair => pair.First >= 0 || pair.Second))
            .Select(place => Name(place))
            .Where(name => inner.Exists(cell => IsUnder(cell, name))) // A total of no cell at all is zero, whatever is hidden.
            .Select(name => new Cell(name, inner.Where(cell => IsUnder(cell, name)).Sum(cell => cell.Contributors)));
        return [.. inner, .. totals.ToList()];
    }

    private static bool IsUnder(Cell cell, ImmutableArray<string> total) =>
        cell.Dimensions.Zip(total).All(pair => pair.Second.Length == 0 || pair.First == pair.Second);

    private static ImmutableArray<string> Name(int[] place) => [.. place.Select(value => value < 0 ? string.Empty : $"v{value}")];

    private static IEnumerable<int[]> Places(int[] sizes, bool withTotals)
    {
        IEnumerable<int[]> places = [[]];
        foreach (var size in sizes)
        {
            places = places.SelectMany(place => Enumerable.Range(withTotals ? -1 : 0, withTotals ? size + 1 : size).Select(value => (int[])[.. place, value])).ToList();
        }

        return places;
    }
}
