namespace Exchange.Documents;

/// <summary>Finds what somebody meant to write.</summary>
public static class NearestName
{
    /// <summary>
    /// The candidate with the fewest edits from the text (insert, remove, replace, swap neighbours); the first in ordinal order among equals.
    /// Null when even the nearest shares less than half of its characters with the text: a wild guess misleads.
    /// </summary>
    public static string? Of(string text, IEnumerable<string> candidates)
    {
        string? nearest = null;
        var fewest = int.MaxValue;
        foreach (var candidate in candidates.Order(StringComparer.Ordinal))
        {
            var edits = Edits(text, candidate);
            if (edits < fewest && edits <= Math.Max(text.Length, candidate.Length) / 2)
            {
                (nearest, fewest) = (candidate, edits);
            }
        }

        return nearest;
    }

    /// <summary>Optimal string alignment distance, without regard to case: three rows of the usual table.</summary>
    internal static int Edits(string left, string right)
    {
        var beforeLast = new int[right.Length + 1];
        var last = Enumerable.Range(0, right.Length + 1).ToArray();
        var current = new int[right.Length + 1];
        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = last[j - 1] + (Same(left[i - 1], right[j - 1]) ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(last[j], current[j - 1]) + 1);
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                {
                    current[j] = Math.Min(current[j], beforeLast[j - 2] + 1);
                }
            }

            (beforeLast, last, current) = (last, current, beforeLast);
        }

        return last[right.Length];
    }

    private static bool Same(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
