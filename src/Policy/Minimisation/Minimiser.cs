using System.Buffers;
using System.Security.Cryptography;

namespace Exchange.Policy.Minimisation;

/// <summary>
/// Minimises records on the wire format: what is written is byte-identical to the canonical serialisation of the record with everything outside
/// the released leaves removed and the rest changed as the plan says (I1). The rules stand in docs/minimisation.md.
/// </summary>
public static class Minimiser
{
    /// <summary>Writes the minimised record into the output. Allocates nothing in steady state.</summary>
    /// <param name="plan">What the rule does with each leaf.</param>
    /// <param name="released">The leaves that may leave: request ∩ consent. What the plan does not permit stays, whatever stands here.</param>
    /// <param name="pseudonyms">The consumer's key; null will do if no released leaf is <see cref="ReleasePlan.Pseudonymised"/>.</param>
    /// <param name="record">The record as the provider sent it.</param>
    /// <param name="guard">What the record must agree with.</param>
    /// <param name="output">At least <see cref="ReleasePlan.MaximumOutput"/> of the record's length; must not overlap the record.</param>
    /// <exception cref="ArgumentException">The output is too short.</exception>
    /// <exception cref="ArgumentNullException">A released leaf is pseudonymised, and there is no key.</exception>
    public static MinimisationOutcome Minimise(
        ReleasePlan plan, in FieldSet released, PseudonymKey? pseudonyms, ReadOnlySpan<byte> record, in RecordGuard guard, Span<byte> output)
    {
        if (output.Length < plan.MaximumOutput(record.Length))
        {
            throw new ArgumentException("The output is shorter than MaximumOutput of the record's length.", nameof(output));
        }

        if (pseudonyms is null && !(released & plan.Pseudonymised).IsEmpty)
        {
            throw new ArgumentNullException(nameof(pseudonyms), "A released leaf is pseudonymised.");
        }

        return Pass(plan, released, pseudonyms, record, guard, output, out var outcome) == PassOutcome.Unordered
            ? MinimiseUnordered(plan, released, pseudonyms, record, guard, output)
            : outcome;
    }

    private static MinimisationOutcome MinimiseUnordered(
        ReleasePlan plan, in FieldSet released, PseudonymKey? pseudonyms, ReadOnlySpan<byte> record, in RecordGuard guard, Span<byte> output)
    {
        var rented = ArrayPool<byte>.Shared.Rent(record.Length);
        var ordered = rented.AsSpan(0, record.Length);
        record.CopyTo(ordered);
        var outcome = new MinimisationOutcome(MinimisationVerdict.Malformed, 0);
        if (FieldOrder.TryRestore(plan.Shape.Root, ordered))
        {
            Pass(plan, released, pseudonyms, ordered, guard, output, out outcome);
        }

        ordered.Clear();
        ArrayPool<byte>.Shared.Return(rented);
        return outcome;
    }

    private static PassOutcome Pass(
        ReleasePlan plan, in FieldSet released, PseudonymKey? pseudonyms, ReadOnlySpan<byte> record, in RecordGuard guard, Span<byte> output,
        out MinimisationOutcome outcome)
    {
        Span<OpenMessage> open = stackalloc OpenMessage[plan.Shape.Depth];
        var pass = new RecordPass(plan, released & plan.Permitted, pseudonyms, record, new(plan.Growth, record, output, open));
        var end = pass.Run();
        var verdict = end != PassOutcome.Done ? MinimisationVerdict.Malformed
            : pass.Breach is not null ? MinimisationVerdict.Invalid
            : !IsAbout(plan.Shape, guard.Subject, pass.Subject) ? MinimisationVerdict.WrongSubject
            : !IsWithin(guard.Start, guard.End, pass.Time) ? MinimisationVerdict.OutsidePeriod
            : MinimisationVerdict.Released;
        if (verdict == MinimisationVerdict.Released)
        {
            outcome = new(verdict, pass.Written);
        }
        else
        {
            output[..pass.Written].Clear();
            outcome = new(verdict, 0, verdict == MinimisationVerdict.Invalid ? pass.Breach : null);
        }

        return end;
    }

    private static bool IsAbout(RecordShape shape, ReadOnlySpan<byte> requested, ReadOnlySpan<byte> found) =>
        shape.SubjectLeaf < 0 ? requested.IsEmpty : !requested.IsEmpty && CryptographicOperations.FixedTimeEquals(requested, found);

    private static bool IsWithin(long start, long end, long? time) =>
        (start == 0 || time >= start) && (end == 0 || time < end);
}
