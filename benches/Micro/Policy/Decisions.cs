using BenchmarkDotNet.Attributes;
using Exchange.Policy.Evaluation;
using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Benches.Micro.Policy;

/// <summary>One decision among 10,000 rules over 1,000 datasets, each time another rule: find the dataset, decide, narrow by consent.</summary>
public class Decisions
{
    private const int Requests = 1_024;

    private readonly (MemberId Consumer, DatasetId Dataset)[] _requests = new (MemberId, DatasetId)[Requests];
    private DatasetCatalogue _datasets = null!;
    private PolicySnapshot _policy = null!;
    private FieldSet _consented;
    private SubjectScheme _scheme;
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        using var files = new LargePolicy();
        _datasets = files.LoadDatasets();
        _policy = files.LoadPolicy(_datasets);
        _consented = _policy.Rules[0].Permitted;
        _scheme = SubjectScheme.Parse("inn");
        var random = new Random(1);
        for (var request = 0; request < Requests; request++)
        {
            var rule = random.Next(LargePolicy.Rules);
            _requests[request] = (LargePolicy.Consumer(rule), LargePolicy.Dataset(rule));
        }
    }

    [Benchmark]
    public ErrorCode Decide()
    {
        var (consumer, id) = _requests[_next++ & (Requests - 1)];
        _datasets.TryFind(id, out var dataset);
        var decision = PolicyDecision.Decide(_policy, dataset!, consumer, LargePolicy.Provider, LargePolicy.Purpose, dataset!.Shape.All, strict: false);
        return decision.WithConsent(_consented, _scheme).Outcome;
    }
}
