using Exchange.Formats;
using Exchange.V1;
using Exchange.Vocabulary;

namespace Exchange.Node.Providers;

/// <summary>One page that a provider is asked for. Writes itself as a canonical <see cref="ProviderFetchRequest"/>, of which the most part is written already.</summary>
internal sealed class ProviderQuestion
{
    internal required TransferId Transfer { get; init; }

    internal required QuestionForm Form { get; init; }

    /// <summary>Whom it is about, as UTF-8 in the provider's own scheme; null for a dataset whose records are about nobody.</summary>
    internal byte[]? Subject { get; init; }

    /// <summary>[start, end) in microseconds since the epoch; zero leaves a side open.</summary>
    internal long PeriodStart { get; init; }

    /// <inheritdoc cref="PeriodStart"/>
    internal long PeriodEnd { get; init; }

    internal int PageSize { get; set; }

    /// <summary>The provider's own cursor; empty for the first page.</summary>
    internal ReadOnlyMemory<byte> PageToken { get; set; }

    /// <summary>Bytes of the message.</summary>
    internal int Size =>
        Sized(TransferId.Size) + Form.Names.Length + (Subject is null ? 0 : Sized(SubjectSize)) + Form.Fields.Length + Sized(PeriodSize)
        + Varint((ulong)PageSize) + (PageToken.IsEmpty ? 0 : Sized(PageToken.Length));

    private int SubjectSize => Sized(Form.Scheme.Length) + Sized(Subject!.Length);

    private int PeriodSize => Varint((ulong)PeriodStart) + Varint((ulong)PeriodEnd);

    /// <summary>Writes the message into at least <see cref="Size"/> bytes.</summary>
    internal void Write(Span<byte> destination)
    {
        var writer = new WireWriter(destination);
        Transfer.CopyTo(writer.Reserve(ProviderFetchRequest.TransferIdFieldNumber, TransferId.Size));
        writer.Raw(Form.Names);
        if (Subject is not null)
        {
            var subject = new WireWriter(writer.Reserve(ProviderFetchRequest.SubjectFieldNumber, SubjectSize));
            subject.Bytes(V1.Subject.SchemeFieldNumber, Form.Scheme);
            subject.Bytes(V1.Subject.ValueFieldNumber, Subject);
        }

        writer.Raw(Form.Fields);
        var period = new WireWriter(writer.Reserve(ProviderFetchRequest.PeriodFieldNumber, PeriodSize));
        period.Signed(TimeRange.StartFieldNumber, PeriodStart);
        period.Signed(TimeRange.EndFieldNumber, PeriodEnd);
        writer.Varint(ProviderFetchRequest.PageSizeFieldNumber, (ulong)PageSize);
        writer.Bytes(ProviderFetchRequest.PageTokenFieldNumber, PageToken.Span);
    }

    /// <summary>All field numbers here are below 16, so a key is one byte.</summary>
    private static int Sized(int length) => 1 + WireWriter.VarintLength((ulong)length) + length;

    private static int Varint(ulong value) => value == 0 ? 0 : 1 + WireWriter.VarintLength(value);
}
