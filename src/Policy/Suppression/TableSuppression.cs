namespace Exchange.Policy.Suppression;

/// <summary>
/// Decides which cells of a table may be published, so that no figure about fewer than k people is told, neither as such nor as what is left
/// of a total when the other parts are subtracted.
/// </summary>
/// <remarks>
/// A cell with fewer than k contributors is hidden. Then, until nothing changes: where the hidden parts of a line have together fewer than k
/// contributors, or a hidden cell follows from the published ones, the published cell of its lines that costs least, the one with the fewest
/// contributors, is hidden too. A total is hidden only when no part is left to hide: it is worth most to whoever reads the table.
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
                changed |= IsThin(line, table, hidden, k) && HideOneMore([line], table, hidden);
            }

            // The equations are asked when the lines have nothing more to say: most tables are done by then.
            if (!changed)
            {
                foreach (var place in new LineEquations(lines, hidden).Determined)
                {
                    changed |= HideOneMore(linesOf[place], table, hidden);
                }
            }
        }
        while (changed);
        return hidden;
    }

    /// <summary>Whether what is hidden of a line is, as the difference of its total and the rest, a figure about fewer than k people.</summary>
    private static bool IsThin(CellLine line, Cell[] table, bool[] hidden, int k)
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

        return count > 0 && contributors < k && !(line.Total >= 0 && hidden[line.Total]);
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
