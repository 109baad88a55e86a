using Exchange.Policy.Minimisation;
using Google.Protobuf.Reflection;

namespace Exchange.Policy.Tests.Minimisation;

/// <summary>Calls the minimiser and checks that it wrote where it may. Compiled into the tests, and with each seeded bug once more.</summary>
public sealed class MinimiserDoor : IMinimiser
{
    private const byte Untouched = 0xA5;

    private RecordShape? _shape;
    private ReleasePlan? _plan;

    public string[]? Compile(MessageDescriptor record, string? subjectPath, string? timePath) =>
        RecordShape.TryCompile(record, subjectPath, timePath, out _shape, out _) ? [.. _shape.Leaves.Select(leaf => leaf.Path)] : null;

    public (string Verdict, byte[]? Output) Minimise(bool[] released, byte[] record, byte[] subject, long start, long end)
    {
        var set = FieldSet.Empty;
        for (var leaf = 0; leaf < released.Length; leaf++)
        {
            set = released[leaf] ? set | FieldSet.Of(leaf) : set;
        }

        var plan = _plan?.Shape == _shape ? _plan : _plan = ReleasePlan.Keeping(_shape!);
        var output = new byte[plan!.MaximumOutput(record.Length)];
        output.AsSpan().Fill(Untouched);
        var guard = new RecordGuard { Subject = subject, Start = start, End = end };
        var (verdict, written) = Minimiser.Minimise(plan, set, pseudonyms: null, record, guard, output);
        if (output.AsSpan(written).IndexOfAnyExcept(Untouched, (byte)0) >= 0)
        {
            throw new InvalidOperationException("Something was left in the output behind what was written.");
        }

        if (verdict != MinimisationVerdict.Released && written != 0)
        {
            throw new InvalidOperationException("Something was written though nothing was released.");
        }

        return (verdict.ToString(), verdict == MinimisationVerdict.Released ? output[..written] : null);
    }
}
