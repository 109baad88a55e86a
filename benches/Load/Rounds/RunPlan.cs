namespace Exchange.Benches.Load.Rounds;

/// <summary>How long and how often. Everything ends by itself.</summary>
/// <param name="Rounds">How often each arm has its turn; the report gives medians.</param>
/// <param name="Duration">How long a turn lasts.</param>
/// <param name="RunIn">How long it runs before it counts.</param>
/// <param name="WarmUp">How long each arm runs before the first round.</param>
internal sealed record RunPlan(int Rounds, TimeSpan Duration, TimeSpan RunIn, TimeSpan WarmUp)
{
    /// <summary>How long a call may outlast its turn before the run is given up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
}
