using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Exchange.Documents;
using Exchange.Vocabulary;

namespace Exchange.Policy.Model;

/// <summary>The installed datasets.</summary>
public sealed class DatasetCatalogue
{
    private readonly FrozenDictionary<DatasetId, Dataset> _datasets;

    /// <summary>A catalogue of these; ids are distinct.</summary>
    public DatasetCatalogue(IEnumerable<Dataset> datasets) => _datasets = datasets.ToFrozenDictionary(dataset => dataset.Id);

    /// <summary>All datasets, in the order of their ids.</summary>
    public IEnumerable<Dataset> Datasets => _datasets.Values.OrderBy(dataset => dataset.Id.Value, StringComparer.Ordinal);

    /// <summary>The dataset of this id.</summary>
    public bool TryFind(DatasetId id, [NotNullWhen(true)] out Dataset? dataset) => _datasets.TryGetValue(id, out dataset);

    /// <summary>The id that somebody meant; null when none is near.</summary>
    public string? Nearest(string id) => NearestName.Of(id, _datasets.Keys.Select(known => known.Value));
}
