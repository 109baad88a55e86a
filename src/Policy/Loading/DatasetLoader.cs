using Exchange.Documents;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Policy.Loading;

/// <summary>Reads the descriptor sets of a folder, <c>&lt;folder&gt;.&lt;version&gt;.binpb</c>, into a catalogue.</summary>
public static class DatasetLoader
{
    private const string Extension = ".binpb";

    /// <summary>The catalogue; null when there are mistakes, which are then among the diagnostics, all of them.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="diagnostics">Where mistakes go.</param>
    /// <param name="sources">Remembers what was read; null when nobody will ask.</param>
    /// <param name="known">A catalogue from before: a file that holds what it held then is not understood again.</param>
    public static DatasetCatalogue? Load(string folder, ICollection<Diagnostic> diagnostics, SourceFiles? sources = null, DatasetCatalogue? known = null)
    {
        sources ??= new SourceFiles();
        var files = sources.List(folder, "*" + Extension);
        if (!Directory.Exists(folder))
        {
            diagnostics.Add(new(folder, 0, 0, "there is no such folder of datasets"));
            return null;
        }

        if (files.Count == 0)
        {
            diagnostics.Add(new(folder, 0, 0, $"the folder holds no '*{Extension}' file"));
            return null;
        }

        var datasets = files.Select(file => LoadFile(file, diagnostics, sources, known)).OfType<Dataset>().ToList();
        return datasets.Count == files.Count ? new(datasets) : null;
    }

    /// <summary>One dataset; null when there are mistakes.</summary>
    public static Dataset? LoadFile(string file, ICollection<Diagnostic> diagnostics) => LoadFile(file, diagnostics, new SourceFiles(), known: null);

    private static Dataset? LoadFile(string file, ICollection<Diagnostic> diagnostics, SourceFiles sources, DatasetCatalogue? known)
    {
        var mistakes = new List<string>();
        var name = Path.GetFileNameWithoutExtension(file);
        Dataset? dataset = null;
        if (!DatasetId.TryParse(name, out var id) || name.Split('.') is not [_, ['v', .. var number]] || !number.All(char.IsAsciiDigit))
        {
            mistakes.Add($"a dataset file is called <folder>.v<number>{Extension}, for instance purchases.v1{Extension}");
        }
        else if (sources.Read(file, Document.MaximumSize, out var unreadable) is { } bytes)
        {
            dataset = known is not null && known.TryFind(id, out var same) && same.DescriptorDigest == Digest.Of(bytes) ? same
                : new DatasetReader(id, bytes, mistakes).Read();
        }
        else
        {
            mistakes.Add(unreadable!);
        }

        foreach (var mistake in mistakes)
        {
            diagnostics.Add(new(file, 0, 0, mistake));
        }

        return mistakes.Count == 0 ? dataset : null;
    }
}
