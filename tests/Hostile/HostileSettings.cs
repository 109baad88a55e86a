using System.Globalization;

namespace Exchange.Hostile.Tests;

/// <summary>
/// How much is fired. <c>EXCHANGE_HOSTILE_CASES</c> is the number of mutated frames and header blocks at the server, a tenth of it that of
/// mutated answers at the client; <c>EXCHANGE_HOSTILE_SEED</c> is where their seeds begin: a finding names the seed that reproduces it with
/// one case. <c>EXCHANGE_HOSTILE_STREAMS</c> is the number of idle streams and <c>EXCHANGE_HOSTILE_RESETS</c> that of rapid resets.
/// </summary>
internal static class HostileSettings
{
    public static int Cases { get; } = Setting("EXCHANGE_HOSTILE_CASES", 30_000);

    public static int Seed { get; } = Setting("EXCHANGE_HOSTILE_SEED", 20_261_121);

    public static int Streams { get; } = Setting("EXCHANGE_HOSTILE_STREAMS", 1_000);

    public static int Resets { get; } = Setting("EXCHANGE_HOSTILE_RESETS", 20_000);

    /// <summary>Ten thousand idle streams or more are asked for, so that the long waits may be waited for too.</summary>
    public static bool IsLong => Streams >= 10_000;

    /// <summary>After this long something hangs. Never a measure of speed: what works takes a thousandth of it.</summary>
    public static TimeSpan Hang { get; } = TimeSpan.FromSeconds(60);

    private static int Setting(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;
}
