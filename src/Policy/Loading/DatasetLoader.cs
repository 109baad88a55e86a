using Exchange.Documents;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Policy.Loading;

/// <summary>Reads the descriptor sets of a folder, <c>&lt;folder&gt;.&lt;version&gt;.binpb</c>, into a catalogue.</summary>
public static class DatasetLoader
{
    private const string Extension = ".binpb";

    /// <summary>The catalogue; null when there are mistakes, which are then among the diagnostics, all of them.</summary>
    public static DatasetCatalogue? Load(string folder, ICollection<Diagnostic> diagnostics)
    {
        if (!Directory.Exists(folder))
        {
            diagnostics.Add(new(folder, 0, 0, "there is no such folder of datasets"));
            return null;
        }

        var files = Directory.GetFiles(folder, "*" + Extension).Order(StringComparer.Ordinal).ToList();
        if (files.Count == 0)
        {
            diagnostics.Add(new(folder, 0, 0, $"the folder holds no '*{Extension}' file"));
            return null;
        }

        var datasets = files.Select(file => LoadFile(file, diagnostics)).OfType<Dataset>().ToList();
        return datasets.Count == files.Count ? new(datasets) : null;
    }

    /// <summary>One dataset; null when there are mistakes.</summary>
    public static Dataset? LoadFile(string file, ICollection<Diagnostic> diagnostics)
    {
        var mistakes = new List<string>();
        var name = Path.GetFileNameWithoutExtension(file);
        Dataset? dataset = null;
        if (!DatasetId.TryParse(name, out var id) || name.Split('.') is not [_, ['v', .. var number]] || !number.All(char.IsAsciiDigit))
        {
            mistakes.Add($"a dataset file is called <folder>.v<number>{Extension}, for instance purchases.v1{Extension}");
        }
        else if (SourceFile.Read(file, Document.MaximumSize, out var unreadable) is { } bytes)
        {
            dataset = new DatasetReader(id, bytes, mistakes).Read();
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
