namespace Exchange.Benches.Load.Rounds;

/// <summary>How long and how often. Everything ends by itself.</summary>
/// <param name="Rounds">How often each arm has its turn; the report gives medians.</param>
/// <param name="Duration">How long a turn lasts.</param>
/// <param name="RunIn">How long it runs before it counts.</param>
/// <param name="WarmUp">How long each arm runs before the first round.</param>
internal sealed record RunPlan(int Rounds, TimeSpan Duration, TimeSpan RunIn, TimeSpan WarmUp)
{
    /// <summary>As a command line says it, in seconds: a turn runs in for a fifth of its length.</summary>
    public static RunPlan Of(int rounds, double seconds, double warmUp)
    {
        var turn = TimeSpan.FromSeconds(seconds);
        return new(rounds, turn, RunIn: turn / 5, WarmUp: TimeSpan.FromSeconds(warmUp));
    }

    /// <summary>How long a call may outlast its turn before the run is given up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
}
