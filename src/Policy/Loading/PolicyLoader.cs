using Exchange.Documents;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Policy.Loading;

/// <summary>Reads the policy's files, checks every name against datasets and members, and yields one snapshot (docs/policy.md).</summary>
public static class PolicyLoader
{
    /// <summary>The first line of <see cref="PolicySnapshot.Content"/>.</summary>
    public const string ContentFormat = "exchange.policy.v1";

    /// <summary>The snapshot; null when there are mistakes, which are then among the diagnostics, all of them, in reading order.</summary>
    /// <param name="path">A folder with <c>*.yaml</c> files, or one file; with what they include.</param>
    /// <param name="datasets">The installed datasets; null when they could not be read: then there is no snapshot, but all else is still checked.</param>
    /// <param name="members">The registered members and what they may do; null as with datasets.</param>
    /// <param name="diagnostics">Where mistakes go.</param>
    /// <param name="sources">Remembers what was read; null when nobody will ask.</param>
    public static PolicySnapshot? Load(
        string path,
        DatasetCatalogue? datasets,
        IReadOnlyDictionary<MemberId, MemberRoles>? members,
        ICollection<Diagnostic> diagnostics,
        SourceFiles? sources = null) =>
        Load(path, new PolicyNames(datasets, members), isComplete: datasets is not null && members is not null, diagnostics, sources ?? new SourceFiles());

    /// <summary>A policy that was in force once, to be compared with another: whom it names was a member then, and need not be one now.</summary>
    /// <param name="path">As for <see cref="Load(string, DatasetCatalogue?, IReadOnlyDictionary{MemberId, MemberRoles}?, ICollection{Diagnostic}, SourceFiles?)"/>.</param>
    /// <param name="datasets">The datasets that were installed then; null when they could not be read.</param>
    /// <param name="diagnostics">Where mistakes go.</param>
    public static PolicySnapshot? LoadPast(string path, DatasetCatalogue? datasets, ICollection<Diagnostic> diagnostics) =>
        Load(path, new PolicyNames(datasets, members: null, takesAnyMember: true), isComplete: datasets is not null, diagnostics, new SourceFiles());

    private static PolicySnapshot? Load(string path, PolicyNames names, bool isComplete, ICollection<Diagnostic> diagnostics, SourceFiles sources)
    {
        var mistakes = new List<Diagnostic>();
        var files = PolicyFiles.Read(path, mistakes, sources);
        var purposes = new PurposeReader { SomeFilesAreMissing = mistakes.Count > 0 };
        var rules = new RuleReader(names, purposes);
        var mandates = new ConsentMandateReader(names);

        // Purposes of all files first: a rule may use one that another file declares.
        var roots = files.Select(file => file.Root).ToList();
        ReadAll(roots, "purposes", purposes.Read);
        ReadAll(roots, "rules", rules.Read);
        ReadAll(roots, "consent_managers", mandates.Read);
        roots.ForEach(root => root.Dispose());

        foreach (var mistake in Diagnostic.InReadingOrder(mistakes))
        {
            diagnostics.Add(mistake);
        }

        if (mistakes.Count > 0 || !isComplete)
        {
            return null;
        }

        var content = CanonicalContent.Of(ContentFormat, files.Select(file => (file.Name, file.Document.Bytes)));
        return new(content, purposes.Purposes, rules.Rules, mandates.Mandates);
    }

    private static void ReadAll(List<DocumentMapping> roots, string key, Action<DocumentMapping> read)
    {
        foreach (var item in roots.SelectMany(root => root.Optional(key).Items()))
        {
            using var mapping = item.Mapping();
            read(mapping);
        }
    }
}
