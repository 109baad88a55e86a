using System.Buffers;
using System.Security.Cryptography;
using Exchange.Audit.Proofs.Publication;
using Exchange.Node.Consents;
using Exchange.Node.Subjects;
using Exchange.Vocabulary;

namespace Exchange.Node.Linkage;

/// <summary>
/// The linkage file of an export: which entries were made under which consent's key, for whoever may check that no release follows a withdrawal. Of
/// consents that were erased there is no key any more, and so no record.
/// </summary>
internal sealed class LinkageExport(EntryLinkage linkage, ConsentIndex consents, SubjectVault vault)
{
    /// <summary>Writes the file for the entries [from, to), piece by piece; the caller sends or stores what is written and resets the writer.</summary>
    internal IEnumerable<ReadOnlyMemory<byte>> Write(ulong from, ulong to, int pieceBytes)
    {
        var piece = new ArrayBufferWriter<byte>(pieceBytes);
        piece.Write(LinkageRecord.Magic);
        foreach (var link in linkage.All(from, to))
        {
            if (link.Consent == default || KeyOf(link.Consent) is not { } key)
            {
                continue;
            }

            new LinkageRecord(link.Index, key).Write(piece.GetSpan(LinkageRecord.Size));
            piece.Advance(LinkageRecord.Size);
            if (piece.WrittenCount + LinkageRecord.Size > pieceBytes)
            {
                yield return piece.WrittenMemory;
                piece.ResetWrittenCount();
            }
        }

        yield return piece.WrittenMemory;
    }

    private byte[]? KeyOf(ConsentId id)
    {
        if (consents.Find(id)?.Current.Record is not { } consent)
        {
            return null;
        }

        try
        {
            return vault.Open(consent.Key);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null; // Erased: nothing opens it.
        }
    }
}
