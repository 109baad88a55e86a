using System.Security.Cryptography;
using Exchange.Audit.Proofs.Entries;
using Exchange.Format.V1;
using Exchange.Node.Subjects;
using Exchange.Vocabulary;

namespace Exchange.Node.Auditing;

/// <summary>
/// The keys under which entries about one person may have their pseudonyms: the person's own, and for entries from before a consent linked the
/// person's names, that of each name. With them an entry is recognised; without them nobody can.
/// </summary>
internal sealed class SubjectKeys
{
    private readonly byte[][] _keys;
    private readonly string _origin;

    internal SubjectKeys(SubjectVault vault, in SubjectName name, string origin)
    {
        _origin = origin;
        var blindIndex = vault.IndexOf(name);
        _keys = vault.Find(blindIndex) is { } subject
            ? [vault.KeyOf(subject), .. subject.Names.Select(other => vault.UnlinkedKey(other.BlindIndex))]
            : [vault.UnlinkedKey(blindIndex)];
        Subject = vault.Find(blindIndex)?.Id ?? SubjectVault.UnlinkedId(blindIndex);
    }

    /// <summary>Whose they are.</summary>
    internal SubjectId Subject { get; }

    /// <summary>Under which an entry about this person is recorded now.</summary>
    internal ReadOnlySpan<byte> Current => _keys[0];

    /// <summary>Whether an entry is about the person.</summary>
    internal bool Fit(ReadOnlySpan<byte> entry)
    {
        ReadOnlySpan<byte> pseudonym = default;
        TransferId id = default;
        for (var field = new EntryScan(entry); field.MoveNext();)
        {
            if (field.Number == AuditEntry.TransferIdFieldNumber)
            {
                TransferId.TryRead(field.Content, out id);
            }
            else if (field.Number == AuditEntry.SubjectPseudonymFieldNumber)
            {
                pseudonym = field.Content;
            }
        }

        if (pseudonym.IsEmpty)
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[EntryTags.Size];
        foreach (var key in _keys)
        {
            EntryTags.Pseudonym(key, _origin, id, expected);
            if (CryptographicOperations.FixedTimeEquals(pseudonym, expected))
            {
                return true;
            }
        }

        return false;
    }
}
