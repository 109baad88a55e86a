using System.Collections.Immutable;

namespace Exchange.Policy.Suppression;

/// <summary>A figure about many: of what it speaks, and how many people stand behind it.</summary>
/// <param name="Dimensions">One value for each dimension of the table, in the table's order; an empty one means all of that dimension, a total.</param>
/// <param name="Contributors">People behind the cell, not negative.</param>
public readonly record struct Cell(ImmutableArray<string> Dimensions, long Contributors);
