using Exchange.Policy.Minimisation;

namespace Exchange.Policy.Evaluation.Differences;

/// <summary>Which of two actions on one field shows more. Two that show different things widen and narrow at once.</summary>
internal static class ActionOrder
{
    internal static ChangeDirection Compare(FieldAction before, FieldAction after) => (before, after) switch
    {
        _ when before == after => ChangeDirection.None,
        (FieldAction.Drop, _) or (_, FieldAction.Keep) => ChangeDirection.Widens,
        (_, FieldAction.Drop) or (FieldAction.Keep, _) => ChangeDirection.Narrows,
        (FieldAction.Mask old, FieldAction.Mask now) when old.FromEnd == now.FromEnd => Larger(old.Characters, now.Characters),
        (FieldAction.GeneraliseTime old, FieldAction.GeneraliseTime now) => Larger(Fineness(old.Unit), Fineness(now.Unit)),
        (FieldAction.GeneraliseNumber old, FieldAction.GeneraliseNumber now) => old.Step % now.Step == 0 ? ChangeDirection.Widens
            : now.Step % old.Step == 0 ? ChangeDirection.Narrows
            : ChangeDirection.Both,
        _ when LengthOf(before) is { } old && LengthOf(after) is { } now => Larger(old, now),
        _ => ChangeDirection.Both,
    };

    /// <summary>A larger number shows more.</summary>
    internal static ChangeDirection Larger(long before, long after) =>
        after > before ? ChangeDirection.Widens : after < before ? ChangeDirection.Narrows : ChangeDirection.None;

    /// <summary>Truncation and generalisation of a code both show the first characters.</summary>
    private static int? LengthOf(FieldAction action) => action switch
    {
        FieldAction.Truncate truncate => truncate.Length,
        FieldAction.GeneraliseCode code => code.Prefix,
        _ => null,
    };

    private static int Fineness(CalendarUnit unit) => unit switch { CalendarUnit.Day => 3, CalendarUnit.Month => 2, _ => 1 };
}
