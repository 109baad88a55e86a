using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Exchange.Policy.Minimisation;

/// <summary>
/// Patterns as they are matched, against the whole text, each compiled once in a process: a thousand datasets say the same dozen things of
/// codes and numbers, and compiling one costs more than reading a dataset.
/// </summary>
internal static class SharedPattern
{
    /// <summary>More patterns than that are compiled for each use: files come and go while a node runs, and what they said stays here.</summary>
    private const int MaximumShared = 4096;

    private static readonly ConcurrentDictionary<string, Regex> Compiled = new(StringComparer.Ordinal);

    /// <summary>The compiled pattern, safe for use by several threads.</summary>
    /// <exception cref="ArgumentException">It is not a regular expression.</exception>
    /// <exception cref="NotSupportedException">It could take more than one look at each character.</exception>
    internal static Regex Of(string pattern) =>
        Compiled.TryGetValue(pattern, out var known) ? known
        : Compiled.Count < MaximumShared ? Compiled.GetOrAdd(pattern, Compile)
        : Compile(pattern);

    private static Regex Compile(string pattern)
    {
        // Alone first: a pattern that closes the group around it is none.
        const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;
        _ = new Regex(pattern, Options);
        return new(@$"\A(?:{pattern})\z", Options);
    }
}
