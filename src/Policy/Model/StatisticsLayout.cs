using System.Collections.Immutable;

namespace Exchange.Policy.Model;

/// <summary>How a dataset of aggregates is laid out: a record is a cell, its dimensions say of what, a partition is one calendar period.</summary>
/// <param name="Dimensions">The leaves by which cells are told apart, in the annotation's order; an empty dimension means all of it, a total.</param>
/// <param name="Contributors">The leaf that says how many people stand behind a cell.</param>
/// <param name="Period">The partition: what one transfer covers, whole.</param>
public sealed record StatisticsLayout(ImmutableArray<int> Dimensions, int Contributors, CalendarPeriod Period);
