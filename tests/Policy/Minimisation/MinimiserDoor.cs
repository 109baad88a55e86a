using System.Globalization;
using Exchange.Policy.Minimisation;
using Google.Protobuf.Reflection;

namespace Exchange.Policy.Tests.Minimisation;

/// <summary>Calls the minimiser and checks that it wrote where it may. Compiled into the tests, and with each seeded bug once more.</summary>
public sealed class MinimiserDoor : IMinimiser
{
    private const byte Untouched = 0xA5;
    private const int Margin = 64;

    private RecordShape? _shape;
    private ReleasePlan? _plan;
    private PseudonymKey? _key;

    public string[]? Compile(MessageDescriptor record, string? subjectPath, string? timePath, Func<FieldDescriptor, TestConstraint?> constraintOf)
    {
        FieldConstraint? ConstraintOf(FieldDescriptor field) => constraintOf(field) is { } constraint
            ? new() { Required = constraint.Required, Pattern = constraint.Pattern, Minimum = constraint.Minimum, Maximum = constraint.Maximum, MaximumLength = constraint.MaximumLength }
            : null;

        return RecordShape.TryCompile(record, subjectPath, timePath, ConstraintOf, out _shape, out _) ? [.. _shape.Leaves.Select(leaf => leaf.Path)] : null;
    }

    public void Plan(string[] actions, byte[] pseudonymKey)
    {
        _plan = ReleasePlan.Compile(_shape!, actions.Select(Read));
        _key = new(pseudonymKey);
    }

    public (string Verdict, byte[]? Output, string? Breach) Minimise(bool[] released, byte[] record, byte[] subject, long start, long end)
    {
        var set = FieldSet.Empty;
        for (var leaf = 0; leaf < released.Length; leaf++)
        {
            set = released[leaf] ? set | FieldSet.Of(leaf) : set;
        }

        var room = _plan!.MaximumOutput(record.Length);
        var around = new byte[Margin + room + Margin];
        around.AsSpan().Fill(Untouched);
        var output = around.AsSpan(Margin, room);
        var guard = new RecordGuard { Subject = subject, Start = start, End = end };
        var (verdict, written, breach) = Minimiser.Minimise(_plan, set, _key, record, guard, output);
        if (around.AsSpan(0, Margin).IndexOfAnyExcept(Untouched) >= 0 || around.AsSpan(Margin + room).IndexOfAnyExcept(Untouched) >= 0)
        {
            throw new InvalidOperationException("Something was written outside the output.");
        }

        if (output[written..].IndexOfAnyExcept(Untouched, (byte)0) >= 0)
        {
            throw new InvalidOperationException("Something was left in the output behind what was written.");
        }

        if (verdict != MinimisationVerdict.Released && written != 0)
        {
            throw new InvalidOperationException("Something was written though nothing was released.");
        }

        if (verdict == MinimisationVerdict.Invalid != breach is not null)
        {
            throw new InvalidOperationException("An invalid record, and no other, says what it breaks.");
        }

        return (verdict.ToString(), verdict == MinimisationVerdict.Released ? output[..written].ToArray() : null, breach is null ? null : $"{breach.Path}:{breach.Rule}");
    }

    /// <summary>An action from the words of <see cref="RandomPlan"/>.</summary>
    internal static FieldAction Read(string action)
    {
        var words = action.Split(' ');
        var number = words.Length > 1 && long.TryParse(words[^1], CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
        return words[0] switch
        {
            "keep" => new FieldAction.Keep(),
            "drop" => new FieldAction.Drop(),
            "mask" => new FieldAction.Mask((int)number, FromEnd: words[1] == "last"),
            "truncate" => new FieldAction.Truncate((int)number),
            "begin" => new FieldAction.GeneraliseTime(Enum.Parse<CalendarUnit>(words[1], ignoreCase: true)),
            "step" => new FieldAction.GeneraliseNumber(number),
            "prefix" => new FieldAction.GeneraliseCode((int)number),
            _ => new FieldAction.Pseudonymise(),
        };
    }
}
