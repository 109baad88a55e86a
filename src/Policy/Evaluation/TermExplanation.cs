using System.Collections.Immutable;
using System.Globalization;
using Exchange.Policy.Model;

namespace Exchange.Policy.Evaluation;

/// <summary>What a rule says beside its fields.</summary>
/// <param name="Name">The key in the policy, or for an assertion its name after <c>assertion</c>.</param>
/// <param name="Value">What it says, for people.</param>
public sealed record TermExplanation(string Name, string Value)
{
    /// <summary>Of a rule: its assertions first, in its order, then its obligations.</summary>
    internal static ImmutableArray<TermExplanation> Of(Rule rule)
    {
        var terms = ImmutableArray.CreateBuilder<TermExplanation>();
        foreach (var assertion in rule.Assertions)
        {
            terms.Add(new($"assertion {assertion.Id}", assertion.ToString()));
        }

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                terms.Add(new(name, value));
            }
        }

        var obligations = rule.Obligations;
        Add("assertion_budget", rule.AssertionBudget?.ToString());
        Add("retention", Text(obligations.Retention));
        Add("no_onward_transfer", obligations.NoOnwardTransfer ? "true" : null);
        Add("maximum_period", Text(obligations.MaximumPeriod));
        Add("frequency", obligations.Frequency?.ToString());
        Add("minimum_contributors", obligations.MinimumContributors?.ToString(CultureInfo.InvariantCulture));
        return terms.ToImmutable();
    }

    /// <summary>As the policy file may have it, in the largest unit that divides it; null stays null.</summary>
    internal static string? Text(TimeSpan? duration) => duration is not { } length ? null
        : length.Ticks % TimeSpan.TicksPerDay == 0 ? In(length.TotalDays, "d")
        : length.Ticks % TimeSpan.TicksPerHour == 0 ? In(length.TotalHours, "h")
        : length.Ticks % TimeSpan.TicksPerMinute == 0 ? In(length.TotalMinutes, "m")
        : length.Ticks % TimeSpan.TicksPerSecond == 0 ? In(length.TotalSeconds, "s")
        : In(length.TotalMilliseconds, "ms");

    private static string In(double count, string unit) => ((long)count).ToString(CultureInfo.InvariantCulture) + unit;
}
