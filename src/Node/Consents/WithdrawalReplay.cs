using System.Security.Cryptography;
using Exchange.Audit;
using Exchange.Format.V1;
using Exchange.Node.Subjects;
using Exchange.Vocabulary;

namespace Exchange.Node.Consents;

/// <summary>
/// At start, brings the store up with the log: a withdrawal that was logged but not stored before a crash took effect, and must stay in
/// effect (I5). The entry names its consent only by a tag under the consent's key, so each consent in force is tried.
/// </summary>
internal static class WithdrawalReplay
{
    /// <summary>Replays what is missing, and returns how many withdrawals that were.</summary>
    internal static async Task<int> RunAsync(AuditLog log, IConsentStore store, ConsentIndex index, SubjectVault vault)
    {
        var reconciled = store.ReconciledSize;
        var size = log.Size;
        var missing = new List<AuditEntry>();
        foreach (var stored in log.ReadBackwards())
        {
            if (stored.Index < reconciled)
            {
                break;
            }

            var entry = AuditEntry.Parser.ParseFrom(stored.Bytes.Span);
            if (entry.Kind == EntryKind.ConsentWithdrawn && TransferId.TryRead(entry.TransferId.Span, out var eventId) && !store.Knows(eventId))
            {
                missing.Add(entry);
            }
        }

        foreach (var entry in missing)
        {
            await ReplayAsync(entry, log.Origin, store, index, vault).ConfigureAwait(false);
        }

        // Nothing to write when nothing was missing: a node whose disk is full must still start, if only to take withdrawals.
        if (missing.Count > 0)
        {
            await store.SetReconciledSizeAsync(size).ConfigureAwait(false);
        }

        return missing.Count;
    }

    private static async Task ReplayAsync(AuditEntry entry, string origin, IConsentStore store, ConsentIndex index, SubjectVault vault)
    {
        _ = TransferId.TryRead(entry.TransferId.Span, out var eventId);
        var tag = new byte[EntryTags.Size];
        foreach (var slot in index.All)
        {
            var consent = slot.Current.Record;
            EntryTags.ConsentTag(vault.Open(consent.Key), origin, eventId, tag);
            if (!CryptographicOperations.FixedTimeEquals(tag, entry.ConsentTag.Span))
            {
                continue;
            }

            // A grant given after the withdrawal is newer than it and stays.
            if (consent.Status != ConsentStatus.Withdrawn && consent.ChangeTime.Microseconds <= entry.Time)
            {
                var withdrawn = consent with { Status = ConsentStatus.Withdrawn, Revision = consent.Revision + 1, ChangeTime = new Instant(entry.Time) };
                index.Put(withdrawn);
                await store.StoreAsync(new ConsentEvent(eventId, ConsentEventKind.Withdrawn, withdrawn, vault.Find(consent.For.Subject), MemberId.Parse(entry.Actor), entry.Index)).ConfigureAwait(false);
            }

            return;
        }
    }
}
