using BenchmarkDotNet.Attributes;
using Exchange.Policy.Model;

namespace Exchange.Benches.Micro.Policy;

/// <summary>What a node does at its start and at every change of its policy: 10,000 rules over 1,000 datasets, from disk to snapshot.</summary>
public class PolicyLoading : IDisposable
{
    private readonly LargePolicy _files = new();
    private DatasetCatalogue _datasets = null!;

    [GlobalSetup]
    public void Setup() => _datasets = _files.LoadDatasets();

    [Benchmark]
    public object TenThousandRules() => _files.LoadPolicy(_datasets);

    [GlobalCleanup]
    public void Dispose()
    {
        _files.Dispose();
        GC.SuppressFinalize(this);
    }
}
