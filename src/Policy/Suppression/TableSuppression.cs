namespace Exchange.Policy.Suppression;

/// <summary>
/// Decides which cells of a table may be published, so that no figure about fewer than k people is told, neither as such nor as what is left
/// of a total when the other parts are subtracted.
/// </summary>
/// <remarks>
/// A cell with fewer than k contributors is hidden. Then, until nothing changes: where only one cell of a line is hidden, or the hidden parts of
/// a line have together fewer than k contributors, the published cell of the line that costs least, the one with the fewest contributors, is
/// hidden too; and where a hidden cell still follows from the published ones by several lines together, the one of its lines that costs least.
/// A total is hidden only when no part is left to hide: it is worth most to whoever reads the table.
/// The outcome depends on the cells alone, not on their order.
/// </remarks>
public static class TableSuppression
{
    /// <summary>Which cells are not published, cell by cell.</summary>
    /// <param name="cells">The table; no two cells have the same dimensions.</param>
    /// <param name="k">The fewest contributors that a figure may have.</param>
    public static bool[] Suppress(IReadOnlyList<Cell> cells, int k)
    {
        var order = Enumerable.Range(0, cells.Count).ToArray();
        Array.Sort(order, (left, right) => Compare(cells[left], cells[right]));
        var table = Array.ConvertAll(order, place => cells[place]);
        var hidden = HideInOrder(table, k);

        var result = new bool[cells.Count];
        for (var i = 0; i < order.Length; i++)
        {
            result[order[i]] = hidden[i];
        }

        return result;
    }

    private static bool[] HideInOrder(Cell[] table, int k)
    {
        var lines = CellLine.Of(table);
        var linesOf = table.Select(_ => new List<CellLine>()).ToArray();
        foreach (var line in lines)
        {
            foreach (var place in line.Total < 0 ? line.Parts : line.Parts.Add(line.Total))
            {
                linesOf[place].Add(line);
            }
        }

        var hidden = Array.ConvertAll(table, cell => cell.Contributors < k);
        bool changed;
        do
        {
            changed = false;
            foreach (var line in lines)
            {
                while (IsOpen(line, table, hidden, k) && HideOneMore([line], table, hidden))
                {
                    changed = true;
                }
            }

            // The equations are asked when the lines have nothing more to say: most tables are done by then. One cell and then the lines
            // again, for it often protects several.
            if (!changed)
            {
                var determined = Determined(lines, hidden);
                changed = HideOneMore(determined.SelectMany(place => linesOf[place]), table, hidden)
                    || HideOneMore(Around(determined, linesOf, hidden), table, hidden);
            }
        }
        while (changed);
        return hidden;
    }

    /// <summary>
    /// Hidden cells that follow from the published ones. What follows from totals alone that are not in the table, others have told; it
    /// cannot be helped here, unless it follows from this table as well.
    /// </summary>
    private static List<int> Determined(List<CellLine> lines, bool[] hidden)
    {
        var all = new LineEquations(lines, hidden).Determined.ToList();
        if (all.Count == 0)
        {
            return all;
        }

        var elsewhere = new LineEquations(lines.Where(line => line.Total < 0 && line.Parts.All(part => hidden[part])), hidden).Determined;
        var here = new LineEquations(lines.Where(line => line.Total >= 0), hidden).Determined;
        return [.. all.Except(elsewhere).Union(here).Order()];
    }

    /// <summary>
    /// The lines that are connected with some cells by hidden ones: a cell can follow from equations far from its own lines, but only by a
    /// chain of hidden cells.
    /// </summary>
    private static HashSet<CellLine> Around(List<int> cells, List<CellLine>[] linesOf, bool[] hidden)
    {
        var found = new HashSet<CellLine>(ReferenceEqualityComparer.Instance);
        var next = new Stack<int>(cells);
        while (next.TryPop(out var cell))
        {
            foreach (var line in linesOf[cell].Where(found.Add))
            {
                foreach (var part in line.Total < 0 ? line.Parts : line.Parts.Add(line.Total))
                {
                    if (hidden[part])
                    {
                        next.Push(part);
                    }
                }
            }
        }

        return found;
    }

    /// <summary>
    /// Whether what is hidden of a line is a single cell, which is then the difference of the others, or parts that are together a figure about
    /// fewer than k people.
    /// </summary>
    private static bool IsOpen(CellLine line, Cell[] table, bool[] hidden, int k)
    {
        var (count, contributors) = (0, 0L);
        foreach (var part in line.Parts)
        {
            if (hidden[part])
            {
                count++;
                contributors += table[part].Contributors;
            }
        }

        return line.Total >= 0 && hidden[line.Total] ? count == 0 : count == 1 || (count > 1 && contributors < k);
    }

    /// <summary>False if there is nothing left to hide: what then still follows, follows from what others published.</summary>
    private static bool HideOneMore(IEnumerable<CellLine> lines, Cell[] table, bool[] hidden)
    {
        var (parts, totals) = (-1, -1);
        foreach (var line in lines)
        {
            foreach (var part in line.Parts)
            {
                parts = Cheaper(parts, part, table, hidden);
            }

            totals = line.Total < 0 ? totals : Cheaper(totals, line.Total, table, hidden);
        }

        var next = parts >= 0 ? parts : totals;
        if (next >= 0)
        {
            hidden[next] = true;
        }

        return next >= 0;
    }

    private static int Cheaper(int best, int place, Cell[] table, bool[] hidden) =>
        hidden[place] || (best >= 0 && table[best].Contributors <= table[place].Contributors) ? best : place;

    private static int Compare(in Cell left, in Cell right)
    {
        for (var i = 0; i < left.Dimensions.Length; i++)
        {
            var order = string.CompareOrdinal(left.Dimensions[i], right.Dimensions[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }
}
