using System.Buffers;
using System.Security.Cryptography;

namespace Exchange.Policy.Minimisation;

/// <summary>
/// Minimises records on the wire format: what is written is byte-identical to the canonical serialisation of the record with everything outside
/// the released leaves removed (I1). The rules stand in docs/minimisation.md.
/// </summary>
public static class Minimiser
{
    /// <summary>Writes the minimised record into the output. Allocates nothing in steady state.</summary>
    /// <param name="shape">The dataset's record.</param>
    /// <param name="released">The leaves that may leave: request ∩ policy ∩ consent.</param>
    /// <param name="record">The record as the provider sent it.</param>
    /// <param name="guard">What the record must agree with.</param>
    /// <param name="output">At least <see cref="RecordShape.MaximumOutput"/> of the record's length; must not overlap the record.</param>
    /// <param name="written">Length of the minimised record; 0 on any verdict but Released, and then nothing is left in the output.</param>
    /// <exception cref="ArgumentException">The output is too short.</exception>
    public static MinimisationVerdict Minimise(
        RecordShape shape, in FieldSet released, ReadOnlySpan<byte> record, in RecordGuard guard, Span<byte> output, out int written)
    {
        if (output.Length < shape.MaximumOutput(record.Length))
        {
            throw new ArgumentException("The output is shorter than MaximumOutput of the record's length.", nameof(output));
        }

        var outcome = Pass(shape, released, record, guard, output, out var verdict, out written);
        return outcome == PassOutcome.Unordered ? MinimiseUnordered(shape, released, record, guard, output, out written) : verdict;
    }

    private static MinimisationVerdict MinimiseUnordered(
        RecordShape shape, in FieldSet released, ReadOnlySpan<byte> record, in RecordGuard guard, Span<byte> output, out int written)
    {
        var rented = ArrayPool<byte>.Shared.Rent(record.Length);
        var ordered = rented.AsSpan(0, record.Length);
        record.CopyTo(ordered);
        var verdict = MinimisationVerdict.Malformed;
        written = 0;
        if (FieldOrder.TryRestore(shape.Root, ordered))
        {
            Pass(shape, released, ordered, guard, output, out verdict, out written);
        }

        ordered.Clear();
        ArrayPool<byte>.Shared.Return(rented);
        return verdict;
    }

    private static PassOutcome Pass(
        RecordShape shape, in FieldSet released, ReadOnlySpan<byte> record, in RecordGuard guard, Span<byte> output,
        out MinimisationVerdict verdict, out int written)
    {
        Span<OpenMessage> open = stackalloc OpenMessage[shape.Depth];
        var pass = new RecordPass(shape, released, record, new(shape, record, output, open));
        var outcome = pass.Run();
        verdict = outcome != PassOutcome.Done ? MinimisationVerdict.Malformed
            : !IsAbout(shape, guard.Subject, pass.Subject) ? MinimisationVerdict.WrongSubject
            : !IsWithin(guard.Start, guard.End, pass.Time) ? MinimisationVerdict.OutsidePeriod
            : MinimisationVerdict.Released;
        written = pass.Written;
        if (verdict != MinimisationVerdict.Released)
        {
            output[..written].Clear();
            written = 0;
        }

        return outcome;
    }

    private static bool IsAbout(RecordShape shape, ReadOnlySpan<byte> requested, ReadOnlySpan<byte> found) =>
        shape.SubjectLeaf < 0 ? requested.IsEmpty : !requested.IsEmpty && CryptographicOperations.FixedTimeEquals(requested, found);

    private static bool IsWithin(long start, long end, long? time) =>
        (start == 0 || time >= start) && (end == 0 || time < end);
}
