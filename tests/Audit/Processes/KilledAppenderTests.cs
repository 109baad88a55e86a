using System.Globalization;

namespace Exchange.Audit.Tests.Processes;

/// <summary>
/// A process that appends, signs checkpoints, removes old entries and changes its key is ended with SIGKILL at random moments; EXCHANGE_KILLS says
/// how often.
/// </summary>
public sealed class KilledAppenderTests
{
    private const int Callers = 8;
    private const int KillsOfAKey = 7;
    private const int Endless = 1_000_000;

    private static int Kills => int.TryParse(Environment.GetEnvironmentVariable("EXCHANGE_KILLS"), NumberStyles.None, CultureInfo.InvariantCulture, out var kills) ? kills : 20;

    [Fact]
    public async Task After_each_kill_everything_acknowledged_is_there_and_what_was_signed_is_true()
    {
        using var appender = new AppenderProcess();
        var random = new Random(3);
        for (var kill = 1; kill <= Kills; kill++)
        {
            if (kill % KillsOfAKey == 0)
            {
                appender.NewKey();
            }

            (await appender.RunAsync([], Callers, Endless, killAfter: random.Next(1, 900))).ShouldNotBe(0);
            await appender.CheckAsync($"after kill {kill}");
        }

        appender.Said.ShouldBeEmpty();
        appender.Promises.ShouldBeGreaterThan(256);
    }
}
