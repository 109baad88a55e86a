using Exchange.Node.Subjects;
using Exchange.Vocabulary;

namespace Exchange.Node.Linkage;

/// <summary>The entries about a person, by any of the person's names.</summary>
internal sealed class SubjectEntries(EntryLinkage linkage, SubjectVault vault)
{
    /// <summary>
    /// Ascending indexes within [from, to); none for a name that nobody has. Where no consent ever linked the name, those that were recorded under the
    /// name alone; otherwise also those that were recorded so before.
    /// </summary>
    internal IEnumerable<ulong> Find(in SubjectName name, ulong from, ulong to)
    {
        var blindIndex = vault.IndexOf(name);
        var subjects = new HashSet<SubjectId> { SubjectVault.UnlinkedId(blindIndex) };
        if (vault.Find(blindIndex) is { } known)
        {
            subjects.Add(known.Id);
            subjects.UnionWith(known.Names.Select(other => SubjectVault.UnlinkedId(other.BlindIndex)));
        }

        return linkage.Of(subjects, from, to).Select(link => link.Index);
    }
}
