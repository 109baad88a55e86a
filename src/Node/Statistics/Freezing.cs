using Exchange.Policy.Minimisation;
using Exchange.Vocabulary;

namespace Exchange.Node.Statistics;

/// <summary>How the freezing of a partition ended; the same for all who wait for it.</summary>
/// <param name="Table">The table, durable; null if there is none.</param>
/// <param name="Code">Why there is none; None if there is one.</param>
/// <param name="Record">The record that may not be passed on; each asker is told of it what concerns its own fields.</param>
internal readonly record struct Freezing(FrozenTable? Table, ErrorCode Code, MinimisationOutcome Record = default)
{
    internal static Freezing Of(FrozenTable table) => new(table, ErrorCode.None);

    internal static Freezing Refused(ErrorCode code) => new(null, code);
}
