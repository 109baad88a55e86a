using System.Security.Cryptography;
using Exchange.Audit;
using Exchange.Audit.Proofs.Entries;
using Exchange.Format.V1;
using Exchange.Node.Consents;
using Exchange.Node.Subjects;
using Exchange.Node.Telemetry;
using Exchange.Vocabulary;

namespace Exchange.Node.Linkage;

/// <summary>
/// Finds again whose the last entries before a power loss are: the pseudonym of an entry is made with the subject's key, so that trying keys tells.
/// That costs as many keys as there are subjects for each entry, and is given up where it would take too long; such entries stay "not linked".
/// </summary>
internal sealed class LinkageRepair(AuditLog log, SubjectVault vault, ConsentIndex consents, EntryLinkage linkage, ILogger<LinkageRepair> logger) : BackgroundService
{
    /// <summary>Keys that are tried in all: some ten seconds.</summary>
    private const int AffordableTrials = 10_000_000;

    /// <summary>Entries that are held in memory meanwhile.</summary>
    private const int AffordableEntries = 100_000;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var (linked, notLinked) = await Task.Run(() => Run(linkage.Unsure, log.Recovery.Size, stoppingToken), stoppingToken).ConfigureAwait(false);
            if (linked > 0 || notLinked > 0)
            {
                NodeLog.LinkageRepaired(logger, linked, notLinked);
            }
        }
        catch (IOException fault)
        {
            NodeLog.LinkageFaulted(logger, fault.Message);
        }
        catch (OperationCanceledException)
        {
            // The node stops; the next start goes on.
        }
    }

    /// <summary>Links what can be linked of the entries from an index on.</summary>
    /// <returns>How many were linked, and of how many the link is lost; where trying was given up, one more than is affordable, linked or not.</returns>
    internal (ulong Linked, ulong NotLinked) Run(ulong from, ulong to, CancellationToken cancellation = default)
    {
        var subjects = vault.All;
        if (subjects.Count == 0 || from >= to)
        {
            linkage.Settle();
            return (0, 0);
        }

        from = Math.Max(from, log.Reader.FirstIndex);
        var affordable = Math.Min(AffordableEntries, AffordableTrials / subjects.Count);
        var linked = linkage.All(from, to).Select(link => link.Index).Take(AffordableEntries).ToHashSet();
        var missing = new List<(ulong Index, TransferId Id, byte[] Pseudonym, byte[] Tag)>();
        using (var entries = log.Reader.Entries(from, to))
        {
            while (missing.Count <= affordable && entries.MoveNext())
            {
                cancellation.ThrowIfCancellationRequested();
                if (!linked.Contains(entries.Index) && Read(entries.Current) is { } found)
                {
                    missing.Add((entries.Index, found.Id, found.Pseudonym, found.Tag));
                }
            }
        }

        if (missing.Count > affordable)
        {
            linkage.Settle();
            return (0, (ulong)missing.Count);
        }

        var (again, lost) = (new List<EntryLink>(), 0UL);
        foreach (var (index, id, pseudonym, tag) in missing)
        {
            cancellation.ThrowIfCancellationRequested();
            if (subjects.FirstOrDefault(subject => Makes(vault.KeyOf(subject), id, pseudonym)) is { } subject)
            {
                again.Add(new(index, subject.Id, tag.Length == 0 ? default : ConsentOf(subject.Id, id, tag)));
            }
            else if (tag.Length == 0)
            {
                // Named by what follows from a name that nobody here knows. With a tag, it is of a person who is known, or it never had a link.
                lost++;
            }
        }

        linkage.Repair(again);
        linkage.Settle();
        return ((ulong)again.Count, lost);
    }

    private static (TransferId Id, byte[] Pseudonym, byte[] Tag)? Read(ReadOnlySpan<byte> entry)
    {
        TransferId id = default;
        byte[] pseudonym = [], tag = [];
        for (var field = new EntryScan(entry); field.MoveNext();)
        {
            switch (field.Number)
            {
                case AuditEntry.TransferIdFieldNumber:
                    TransferId.TryRead(field.Content, out id);
                    break;
                case AuditEntry.SubjectPseudonymFieldNumber:
                    pseudonym = field.Content.ToArray();
                    break;
                case AuditEntry.ConsentTagFieldNumber:
                    tag = field.Content.ToArray();
                    break;
            }
        }

        return pseudonym.Length == 0 ? null : (id, pseudonym, tag);
    }

    private bool Makes(byte[] subjectKey, TransferId id, byte[] pseudonym)
    {
        Span<byte> made = stackalloc byte[EntryTags.Size];
        EntryTags.Pseudonym(subjectKey, log.Origin, id, made);
        return CryptographicOperations.FixedTimeEquals(made, pseudonym);
    }

    private ConsentId ConsentOf(SubjectId subject, TransferId id, byte[] tag)
    {
        Span<byte> made = stackalloc byte[EntryTags.Size];
        foreach (var consent in consents.Of(subject))
        {
            EntryTags.ConsentTag(vault.Open(consent.Key), log.Origin, id, made);
            if (made.SequenceEqual(tag))
            {
                return consent.Id;
            }
        }

        return default;
    }
}
