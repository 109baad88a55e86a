namespace Exchange.Benches.Load.Rounds;

/// <summary>A process besides this one that an arm's calls go through.</summary>
internal interface IMeasuredProcess
{
    string Name { get; }

    Task<Usage> ReadUsageAsync();
}
