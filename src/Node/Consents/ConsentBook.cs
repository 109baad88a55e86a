using System.Text;
using Exchange.Node.Subjects;
using Exchange.Node.Transfers;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Node.Consents;

/// <summary>Subjects and consents as the transfer path sees them: in memory, and alike in cost whether or not they exist.</summary>
internal sealed class ConsentBook(SubjectVault vault, ConsentIndex index)
{
    /// <summary>Where a subject and its consent stand for one transfer.</summary>
    internal Standing Find(in SubjectName name, MemberId provider, MemberId consumer, Dataset dataset, PurposeId purpose, Instant now)
    {
        var known = vault.Find(vault.IndexOf(name));
        var subject = known ?? vault.Nobody;
        var subjectKey = vault.KeyOf(subject);
        var slot = index.Find(new ConsentTuple(subject.Id, provider, consumer, dataset.Id, purpose));
        if (slot is null)
        {
            return new Standing(known is null ? ErrorCode.SubjectUnknown : ErrorCode.ConsentMissing, known?.Id ?? default, subjectKey, vault.Open(vault.NobodysConsent), null, null, null);
        }

        var state = slot.Current;
        var consentKey = vault.Open(state.Record.Key);
        var cause = state.Refuses(now);
        if (cause != ErrorCode.None)
        {
            return new Standing(cause, subject.Id, subjectKey, consentKey, slot, state, null);
        }

        // Neither side learns the other's name for the subject: the node translates.
        var providerName = vault.NameOf(subject, provider.Value, dataset.SubjectScheme!.Value);
        return new Standing(providerName is null ? ErrorCode.ConsentMissing : ErrorCode.None, subject.Id, subjectKey, consentKey, slot, state, providerName);
    }

    /// <summary>By what a subject's allowances are counted, whichever of its names was used: the provider's own. Zeros where records are about nobody.</summary>
    internal Digest IndexOf(Permit permit) => permit.Subject is { } name
        ? vault.IndexOf(SubjectName.Stored(permit.Ask.Names.Provider.Id.Value, permit.Ask.Names.Dataset.SubjectScheme!.Value, Encoding.UTF8.GetString(name)))
        : Digest.Zero;

    /// <summary>The key under which entries name a subject where another basis than consent permits the transfer.</summary>
    internal (SubjectId Subject, byte[] Key) KeyWithoutConsent(in SubjectName name)
    {
        var blindIndex = vault.IndexOf(name);
        return vault.Find(blindIndex) is { } subject ? (subject.Id, vault.KeyOf(subject)) : (SubjectVault.UnlinkedId(blindIndex), vault.UnlinkedKey(blindIndex));
    }
}
