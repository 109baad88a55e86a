using Exchange.Vocabulary;

namespace Exchange.Node.Linkage;

/// <summary>Whose an entry is.</summary>
/// <param name="Index">The entry.</param>
/// <param name="Subject">The subject; zeros where it is about nobody, or nobody is known.</param>
/// <param name="Consent">The consent; zeros where there is none.</param>
internal readonly record struct EntryLink(ulong Index, SubjectId Subject, ConsentId Consent)
{
    /// <summary>Bytes in the map: <c>subject ‖ consent</c>.</summary>
    internal const int Size = SubjectId.Size + ConsentId.Size;

    internal void Write(Span<byte> destination)
    {
        Subject.CopyTo(destination);
        Consent.CopyTo(destination[SubjectId.Size..]);
    }

    internal static EntryLink Read(ulong index, ReadOnlySpan<byte> source)
    {
        SubjectId.TryRead(source[..SubjectId.Size], out var subject);
        ConsentId.TryRead(source.Slice(SubjectId.Size, ConsentId.Size), out var consent);
        return new(index, subject, consent);
    }
}
