using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Exchange.Benches.Load.Commands;

/// <summary>Options with bounds that their mistakes name.</summary>
internal static class RunOptions
{
    public static Option<int> Number(string name, string description, string unit, int usual, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, HelpName = unit, DefaultValueFactory = _ => usual };
        option.Validators.Add(result => Demand(result, Within(result, least, most), $"{least} to {most}"));
        return option;
    }

    public static Option<int[]> Numbers(string name, string description, string unit, int[] usual)
    {
        return new Option<int[]>(name) { Description = description, HelpName = unit, DefaultValueFactory = _ => usual, AllowMultipleArgumentsPerToken = true };
    }

    public static Option<double> Seconds(string name, string description, double usual, double least)
    {
        const int most = 60;
        var option = new Option<double>(name) { Description = description, HelpName = "seconds", DefaultValueFactory = _ => usual };
        option.Validators.Add(result => Demand(result, Within(result, least, most), FormattableString.Invariant($"{least} to {most}")));
        return option;
    }

    public static void Bound(Option<int[]> option, int least, int most) =>
        option.Validators.Add(result => Demand(result, Within(result, least, most), $"{least} to {most}"));

    /// <summary>Of the words as they were given: one that is no number has no value to ask for.</summary>
    public static bool All<T>(OptionResult result, Func<T, bool> holds)
        where T : IParsable<T> => result.Tokens.All(token => T.TryParse(token.Value, CultureInfo.InvariantCulture, out var value) && holds(value));

    private static bool Within<T>(OptionResult result, T least, T most)
        where T : IParsable<T>, IComparable<T> => All<T>(result, value => value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0);

    public static void Demand(OptionResult result, bool holds, string range)
    {
        if (!holds)
        {
            result.AddError($"{result.Option.Name} is {range}.");
        }
    }
}
