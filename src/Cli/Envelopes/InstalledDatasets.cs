using Exchange.Documents;
using Exchange.Policy.Loading;
using Exchange.Policy.Model;

namespace Exchange.Cli.Envelopes;

/// <summary>The datasets that lie beside this program: enough to show records, not to decide about them.</summary>
internal static class InstalledDatasets
{
    internal static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "datasets");

    internal static DatasetCatalogue Load(string folder)
    {
        List<Diagnostic> mistakes = [];
        return DatasetLoader.Load(folder, mistakes) ?? throw new ConfigurationException(mistakes);
    }
}
