using System.Collections.Frozen;
using Exchange.Documents;
using Exchange.Policy.Model;

namespace Exchange.Policy.Loading;

/// <summary>Reads how often something may be done: <c>{ fetches: 3, per: day }</c>.</summary>
internal static class AllowanceReader
{
    private static readonly FrozenDictionary<string, CalendarPeriod> Periods = new Dictionary<string, CalendarPeriod>
    {
        ["day"] = CalendarPeriod.Day,
        ["month"] = CalendarPeriod.Month,
        ["quarter"] = CalendarPeriod.Quarter,
        ["year"] = CalendarPeriod.Year,
    }.ToFrozenDictionary();

    internal static Allowance? Read(DocumentValue value, string units, int most)
    {
        if (!value.IsPresent)
        {
            return null;
        }

        using var mapping = value.Mapping();
        var count = mapping.Required(units).Number(1, most);
        var per = mapping.Required("per").OneOf(Periods, "a calendar period");
        return count is null || per is null ? null : new(count.Value, per.Value);
    }
}
