using Exchange.Benches.Micro.Policy;
using Exchange.Policy.Evaluation;
using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Policy.Tests.Scale;

/// <summary>Ten thousand rules over a thousand datasets; how long it takes is measured by benches/Micro.</summary>
public sealed class LargePolicyTests : IDisposable
{
    private static readonly SubjectScheme Inn = SubjectScheme.Parse("inn");

    private readonly LargePolicy _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Each_of_ten_thousand_rules_is_found_and_a_decision_allocates_nothing()
    {
        var datasets = _files.LoadDatasets();
        var policy = _files.LoadPolicy(datasets);
        policy.Rules.Length.ShouldBe(LargePolicy.Rules);
        var requests = Enumerable.Range(0, LargePolicy.Rules).Select(rule => (Consumer: LargePolicy.Consumer(rule), Dataset: LargePolicy.Dataset(rule))).ToArray();
        Grants(requests, datasets, policy).ShouldBe(LargePolicy.Rules);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var granted = Grants(requests, datasets, policy);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        granted.ShouldBe(LargePolicy.Rules);
    }

    [Fact]
    public void A_dataset_is_loaded_without_building_again_what_all_datasets_share()
    {
        _files.LoadDatasets(); // Patterns are compiled once in a process.
        var before = GC.GetAllocatedBytesForCurrentThread();

        _files.LoadDatasets();

        // 0.98 MB each when this was written; 1.32 MB with the annotations and descriptor.proto built for each dataset anew.
        ((GC.GetAllocatedBytesForCurrentThread() - before) / LargePolicy.Datasets).ShouldBeLessThan(1_150_000);
    }

    private static int Grants((MemberId Consumer, DatasetId Dataset)[] requests, DatasetCatalogue datasets, PolicySnapshot policy)
    {
        var granted = 0;
        foreach (var (consumer, id) in requests)
        {
            datasets.TryFind(id, out var dataset);
            var decision = PolicyDecision.Decide(policy, dataset!, consumer, LargePolicy.Provider, LargePolicy.Purpose, dataset!.Shape.All, strict: false);
            var release = decision.WithConsent(dataset.Shape.All, Inn);
            granted += release.Outcome == ErrorCode.None && decision.Rule!.Permitted == release.Released ? 1 : 0;
            foreach (var withheld in release.Withheld)
            {
                granted += withheld.Leaf < 0 ? 1 : 0;
            }
        }

        return granted;
    }
}
