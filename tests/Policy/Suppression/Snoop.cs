using System.Numerics;
using Exchange.Policy.Suppression;

namespace Exchange.Policy.Tests.Suppression;

/// <summary>
/// Somebody who has a published table and wants the rest: writes down that every total is the sum of its parts, and solves in exact fractions.
/// Shares nothing with the code under test.
/// </summary>
internal static class Snoop
{
    /// <summary>The hidden cells whose figure follows from the published ones.</summary>
    internal static List<int> Finds(IReadOnlyList<Cell> cells, bool[] hidden)
    {
        var unknowns = Enumerable.Range(0, cells.Count).Where(place => hidden[place]).ToList();
        var rows = new List<(BigInteger Numerator, BigInteger Denominator)[]>();
        for (var total = 0; total < cells.Count; total++)
        {
            for (var dimension = 0; dimension < cells[total].Dimensions.Length; dimension++)
            {
                if (cells[total].Dimensions[dimension].Length > 0)
                {
                    continue;
                }

                // The parts of a total along one dimension: equal elsewhere, named here.
                var along = dimension;
                var whole = cells[total].Dimensions;
                var parts = Enumerable.Range(0, cells.Count)
                    .Where(place => cells[place].Dimensions[along].Length > 0)
                    .Where(place => Enumerable.Range(0, whole.Length).All(i => i == along || cells[place].Dimensions[i] == whole[i]))
                    .ToHashSet();
                var self = total;
                if (parts.Count > 0)
                {
                    rows.Add([.. unknowns.Select(place => ((BigInteger)(parts.Contains(place) ? -1 : place == self ? 1 : 0), BigInteger.One))]);
                }
            }
        }

        return [.. Reduce(rows, unknowns.Count).Select(column => unknowns[column])];
    }

    private static List<int> Reduce(List<(BigInteger Numerator, BigInteger Denominator)[]> rows, int columns)
    {
        var rank = 0;
        var pivots = new List<int>();
        for (var column = 0; column < columns && rank < rows.Count; column++)
        {
            var found = rows.FindIndex(rank, row => !row[column].Numerator.IsZero);
            if (found < 0)
            {
                continue;
            }

            (rows[rank], rows[found]) = (rows[found], rows[rank]);
            var pivot = rows[rank][column];
            rows[rank] = [.. rows[rank].Select(value => Reduced(value.Numerator * pivot.Denominator, value.Denominator * pivot.Numerator))];
            for (var i = 0; i < rows.Count; i++)
            {
                var factor = rows[i][column];
                if (i != rank && !factor.Numerator.IsZero)
                {
                    var own = rows[rank];
                    rows[i] = [.. rows[i].Select((value, j) => Reduced(
                        (value.Numerator * factor.Denominator * own[j].Denominator) - (factor.Numerator * own[j].Numerator * value.Denominator),
                        value.Denominator * factor.Denominator * own[j].Denominator))];
                }
            }

            pivots.Add(column);
            rank++;
        }

        return [.. pivots.Where((_, row) => rows[row].Count(value => !value.Numerator.IsZero) == 1)];
    }

    private static (BigInteger, BigInteger) Reduced(BigInteger numerator, BigInteger denominator)
    {
        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator);
        return divisor.IsZero ? (numerator, BigInteger.One) : (numerator / divisor, denominator / divisor);
    }
}
