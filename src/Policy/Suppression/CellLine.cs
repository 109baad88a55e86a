using System.Collections.Immutable;

namespace Exchange.Policy.Suppression;

/// <summary>
/// Cells that differ in one dimension only, and their total: an equation, <c>total = sum of the parts</c>, that whoever sees the table can use.
/// A cell that is not in the table counts as zero. A total that is not in it may be known from elsewhere, so the equation stands without it too.
/// </summary>
/// <param name="Parts">Places of the cells in the table; at least one.</param>
/// <param name="Total">Place of the total in the table; -1 if it is not there.</param>
internal sealed record CellLine(ImmutableArray<int> Parts, int Total)
{
    /// <summary>All lines of a table, in the order of its dimensions and cells.</summary>
    internal static List<CellLine> Of(IReadOnlyList<Cell> cells)
    {
        var lines = new List<CellLine>();
        for (var along = 0; along < (cells.Count == 0 ? 0 : cells[0].Dimensions.Length); along++)
        {
            var dimension = along;
            foreach (var line in Enumerable.Range(0, cells.Count).GroupBy(place => new Others(cells[place].Dimensions, dimension)))
            {
                var parts = line.Where(place => cells[place].Dimensions[dimension].Length > 0).ToImmutableArray();
                if (parts.Length > 0)
                {
                    lines.Add(new(parts, parts.Length == line.Count() ? -1 : line.Single(place => cells[place].Dimensions[dimension].Length == 0)));
                }
            }
        }

        return lines;
    }

    /// <summary>The values of all dimensions but one.</summary>
    private readonly struct Others(ImmutableArray<string> values, int except) : IEquatable<Others>
    {
        private readonly ImmutableArray<string> _values = values;
        private readonly int _except = except;

        public bool Equals(Others other)
        {
            for (var i = 0; i < _values.Length; i++)
            {
                if (i != _except && !string.Equals(_values[i], other._values[i], StringComparison.Ordinal))
                {
                    return false;
                }
            }

            return true;
        }

        public override bool Equals(object? obj) => obj is Others other && Equals(other);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            for (var i = 0; i < _values.Length; i++)
            {
                if (i != _except)
                {
                    hash.Add(_values[i], StringComparer.Ordinal);
                }
            }

            return hash.ToHashCode();
        }
    }
}
