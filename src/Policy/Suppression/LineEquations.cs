namespace Exchange.Policy.Suppression;

/// <summary>
/// What a table's equations give away: with the published cells known, which of the others follow from them. By the equations alone, not by
/// bounds: that a figure is not negative narrows a hidden one, and is not looked at here.
/// </summary>
/// <remarks>
/// A hidden cell follows from the published ones if it has the same value in all solutions, so if it is zero in all that differ by what is
/// published being zero. Gauss brings the equations into steps, modulo a prime; two such solutions are then drawn. A cell that is not zero in
/// one of them certainly does not follow. One that is zero in both by chance is hidden better than it must be: one in 2^60 of them.
/// </remarks>
internal sealed class LineEquations
{
    private const long Prime = int.MaxValue; // 2^31 - 1: products of two residues fit 64 bits.

    private readonly int[] _hidden; // The places of hidden cells; the unknowns are numbered in this order.
    private readonly Step?[] _steps; // By their first unknown, whose coefficient is one.

    /// <summary>The system of those lines in which anything is hidden.</summary>
    internal LineEquations(IEnumerable<CellLine> lines, bool[] hidden)
    {
        _hidden = [.. Enumerable.Range(0, hidden.Length).Where(place => hidden[place])];
        _steps = new Step?[_hidden.Length];
        var numbers = new int[hidden.Length];
        for (var unknown = 0; unknown < _hidden.Length; unknown++)
        {
            numbers[_hidden[unknown]] = unknown;
        }

        var row = new long[_hidden.Length];
        foreach (var line in lines)
        {
            var first = int.MaxValue;
            foreach (var part in line.Parts)
            {
                if (hidden[part])
                {
                    row[numbers[part]] = Prime - 1;
                    first = Math.Min(first, numbers[part]);
                }
            }

            if (line.Total >= 0 && hidden[line.Total])
            {
                row[numbers[line.Total]] = 1;
                first = Math.Min(first, numbers[line.Total]);
            }

            Add(row, first);
        }
    }

    /// <summary>Hidden cells of which the equations leave exactly one value.</summary>
    internal IEnumerable<int> Determined
    {
        get
        {
            var (one, other) = (Solution(1), Solution(2));
            return _hidden.Where((_, unknown) => one[unknown] == 0 && other[unknown] == 0);
        }
    }

    /// <summary>Takes the steps that there are out of a row; what is left is a further one, or says nothing new. Leaves the row zero.</summary>
    private void Add(long[] row, int first)
    {
        for (var unknown = first; unknown < row.Length; unknown++)
        {
            var factor = row[unknown];
            if (factor == 0)
            {
                continue;
            }

            if (_steps[unknown] is not { } step)
            {
                _steps[unknown] = Step.Of(row, unknown);
                Array.Clear(row);
                return;
            }

            row[unknown] = 0;
            for (var i = 0; i < step.Unknowns.Length; i++)
            {
                ref var value = ref row[step.Unknowns[i]];
                value = (value + ((Prime - factor) * step.Coefficients[i])) % Prime;
            }
        }
    }

    /// <summary>A solution of the system with zeros for what is published: any values for unknowns without a step, the others from the last up.</summary>
    private long[] Solution(int draw)
    {
        // The same draw each time: which cells are hidden must not depend on chance.
        var random = new Random(draw);
        var values = new long[_hidden.Length];
        for (var unknown = values.Length - 1; unknown >= 0; unknown--)
        {
            if (_steps[unknown] is not { } step)
            {
                values[unknown] = random.NextInt64(1, Prime);
                continue;
            }

            var sum = 0L;
            for (var i = 0; i < step.Unknowns.Length; i++)
            {
                sum = (sum + (step.Coefficients[i] * values[step.Unknowns[i]])) % Prime;
            }

            values[unknown] = sum == 0 ? 0 : Prime - sum;
        }

        return values;
    }

    /// <summary>An equation without its first unknown, whose coefficient is one.</summary>
    private sealed record Step(int[] Unknowns, long[] Coefficients)
    {
        internal static Step Of(long[] row, int first)
        {
            var inverse = Inverse(row[first]);
            var unknowns = new List<int>();
            var coefficients = new List<long>();
            for (var unknown = first + 1; unknown < row.Length; unknown++)
            {
                if (row[unknown] != 0)
                {
                    unknowns.Add(unknown);
                    coefficients.Add(row[unknown] * inverse % Prime);
                }
            }

            return new([.. unknowns], [.. coefficients]);
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
}
