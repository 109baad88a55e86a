namespace Exchange.Policy.Minimisation;

/// <summary>Minimises records on the wire format.</summary>
public static class Minimiser
{
    /// <summary>Writes the minimised record into output.</summary>
    public static MinimisationVerdict Minimise(
        RecordShape shape, in FieldSet released, ReadOnlySpan<byte> record, in RecordGuard guard, Span<byte> output, out int written)
    {
        written = 0;
        return MinimisationVerdict.Malformed;
    }
}
