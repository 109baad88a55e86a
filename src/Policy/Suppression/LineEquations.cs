namespace Exchange.Policy.Suppression;

/// <summary>
/// What a table's equations give away: with the published cells known, which of the others follow from them. Exact, not by bounds: that a
/// figure is not negative narrows a hidden one, and is not looked at here.
/// </summary>
/// <remarks>
/// Gauss and Jordan over the integers modulo a prime. The equations hold plus and minus ones only, so the numbers on the way are small, and a
/// prime of 31 bits takes none of them for zero by accident in tables of the size that one transfer can hold.
/// </remarks>
internal sealed class LineEquations
{
    private const long Prime = int.MaxValue; // 2^31 - 1

    // A row of the reduced system by its pivot: the hidden cells in it, the pivot with coefficient one.
    private readonly Dictionary<int, Dictionary<int, long>> _rows = [];

    /// <summary>The system of those lines in which anything is hidden.</summary>
    internal LineEquations(IEnumerable<CellLine> lines, bool[] hidden)
    {
        foreach (var line in lines)
        {
            var row = line.Parts.Where(part => hidden[part]).ToDictionary(part => part, _ => Prime - 1);
            if (line.Total >= 0 && hidden[line.Total])
            {
                row.Add(line.Total, 1);
            }

            Add(row);
        }
    }

    /// <summary>Hidden cells of which the equations leave exactly one value.</summary>
    internal IEnumerable<int> Determined => _rows.Where(row => row.Value.Count == 1).Select(row => row.Key).Order();

    private void Add(Dictionary<int, long> row)
    {
        foreach (var pivot in row.Keys.Where(_rows.ContainsKey).ToList())
        {
            Subtract(row, row[pivot], _rows[pivot]);
        }

        if (row.Count == 0)
        {
            return; // It says nothing that the others do not say.
        }

        var (own, coefficient) = row.MinBy(entry => entry.Key);
        var inverse = Inverse(coefficient);
        foreach (var cell in row.Keys.ToList())
        {
            row[cell] = row[cell] * inverse % Prime;
        }

        foreach (var other in _rows.Values)
        {
            if (other.TryGetValue(own, out var factor))
            {
                Subtract(other, factor, row);
            }
        }

        _rows.Add(own, row);
    }

    private static void Subtract(Dictionary<int, long> row, long factor, Dictionary<int, long> pivotRow)
    {
        foreach (var (cell, coefficient) in pivotRow)
        {
            var rest = (row.GetValueOrDefault(cell) + ((Prime - factor) * coefficient)) % Prime;
            if (rest == 0)
            {
                row.Remove(cell);
            }
            else
            {
                row[cell] = rest;
            }
        }
    }

    /// <summary>By Fermat: a^(p-2).</summary>
    private static long Inverse(long value)
    {
        var (result, power) = (1L, value);
        for (var exponent = Prime - 2; exponent > 0; exponent >>= 1)
        {
            result = (exponent & 1) != 0 ? result * power % Prime : result;
            power = power * power % Prime;
        }

        return result;
    }
}
