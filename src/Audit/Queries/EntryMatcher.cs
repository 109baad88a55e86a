using System.Text;
using Exchange.Audit.Proofs.Entries;
using Exchange.Format.V1;

namespace Exchange.Audit.Queries;

/// <summary>Decides about an entry by its own bytes. What an index says only spares looking at entries: it never decides.</summary>
internal sealed class EntryMatcher(EntryQuery query)
{
    private readonly byte[]? _consumer = Bytes(query.Consumer);
    private readonly byte[]? _provider = Bytes(query.Provider);
    private readonly byte[]? _dataset = Bytes(query.Dataset);
    private readonly byte[]? _purpose = Bytes(query.Purpose);
    private readonly HashSet<ulong> _kinds = [.. query.Kinds.Select(kind => (ulong)kind)];

    internal bool Matches(ulong index, ReadOnlySpan<byte> entry)
    {
        ReadOnlySpan<byte> consumer = default, provider = default, dataset = default, purpose = default, transfer = default;
        ulong kind = 0, outcome = 0;
        for (var field = new EntryScan(entry); field.MoveNext();)
        {
            switch (field.Number)
            {
                case AuditEntry.KindFieldNumber:
                    kind = field.Value;
                    break;
                case AuditEntry.TransferIdFieldNumber:
                    transfer = field.Content;
                    break;
                case AuditEntry.ConsumerFieldNumber:
                    consumer = field.Content;
                    break;
                case AuditEntry.ProviderFieldNumber:
                    provider = field.Content;
                    break;
                case AuditEntry.DatasetFieldNumber:
                    dataset = field.Content;
                    break;
                case AuditEntry.PurposeFieldNumber:
                    purpose = field.Content;
                    break;
                case AuditEntry.OutcomeFieldNumber:
                    outcome = field.Value;
                    break;
            }
        }

        return IsAsked(_consumer, consumer) && IsAsked(_provider, provider) && IsAsked(_dataset, dataset) && IsAsked(_purpose, purpose)
            && (query.TransferId is not { } id || id.Span.SequenceEqual(transfer))
            && (_kinds.Count == 0 || _kinds.Contains(kind))
            && (query.Outcome is not { } code || (ulong)code == outcome)
            && (query.Test is not { } test || test(index, entry));
    }

    private static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);

    private static bool IsAsked(byte[]? asked, ReadOnlySpan<byte> found) => asked is null || found.SequenceEqual(asked);
}
