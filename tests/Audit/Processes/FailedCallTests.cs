using System.Globalization;
using Exchange.Tests;

namespace Exchange.Audit.Tests.Processes;

/// <summary>
/// On a real disk, each system call with which a log, its tiles and its checkpoints are written fails at each of its first occurrences. (strace counts
/// for each thread; calls on other files than the log's are let alone.) EXCHANGE_CALL_FAULTS says how many occurrences.
/// </summary>
public sealed class FailedCallTests
{
    /// <summary>What stands before, so that old entries can be removed.</summary>
    private const int Before = 700;

    /// <summary>Several segments and checkpoints, and one removal.</summary>
    private const int Entries = 420;

    private static int Occurrences => int.TryParse(Environment.GetEnvironmentVariable("EXCHANGE_CALL_FAULTS"), NumberStyles.None, CultureInfo.InvariantCulture, out var faults) ? faults : 3;

    /// <summary>What makes a file, and what its name becomes: the paths that strace is to watch.</summary>
    private static readonly string[] Names = ["log", "tiles", "checkpoints", "log/reserve", "log/lock", "tiles/synced", "tiles/level-0", "checkpoints/unfinished", "checkpoints/times"];

    [ProgramTheory("strace")]
    [InlineData("openat", "EIO")]
    [InlineData("openat", "ENOSPC")]
    [InlineData("pwrite64", "EIO")]
    [InlineData("pwrite64", "ENOSPC")]
    [InlineData("fdatasync", "EIO")]
    [InlineData("fsync", "EIO")]
    [InlineData("fsync", "ENOSPC")]
    [InlineData("rename", "EIO")]
    [InlineData("unlink", "EIO")]
    [InlineData("ftruncate", "EIO")]
    [InlineData("fallocate", "EIO")]
    [InlineData("fallocate", "ENOSPC")]
    public async Task After_it_everything_acknowledged_is_there_and_the_log_goes_on(string call, string error)
    {
        var struck = 0;
        for (var at = 1; at <= Occurrences; at++)
        {
            using var appender = new AppenderProcess();
            (await appender.RunAsync([], callers: 8, Before)).ShouldBe(0);
            await appender.RunAsync(Strace(appender, call, error, at), callers: 1, Entries);
            var because = $"{call} fails with {error} at {at}: {string.Join(" / ", appender.Said)}";
            struck += appender.Said.Count > 0 ? 1 : 0;
            await appender.CheckAsync(because);

            // And by itself it goes on.
            (await appender.RunAsync([], callers: 1, entries: 20)).ShouldBe(0, because);
            await appender.CheckAsync(because);
        }

        // Where nobody noticed anything nothing failed, and nothing was shown. Truncation and removal are of what can be done again: they are silent.
        struck.ShouldBeGreaterThan(call is "ftruncate" or "unlink" ? -1 : 0, $"{call} was never made to fail");
    }

    private static IReadOnlyList<string> Strace(AppenderProcess appender, string call, string error, int at)
    {
        // File names of segments are those of their first entries: any there may be.
        var root = Path.GetDirectoryName(appender.Folder.Segments)!;
        var names = Names.Concat(Enumerable.Range(0, Before + Entries + 10).SelectMany(index => new[]
        {
            string.Create(CultureInfo.InvariantCulture, $"log/{index:D20}.segment"),
            string.Create(CultureInfo.InvariantCulture, $"checkpoints/{index:D20}"),
        }));
        var set = call is "rename" or "unlink" ? $"/^{call}" : call;
        return
        [
            "strace", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", .. names.SelectMany(name => new[] { "-P", Path.Combine(root, name) }),
            "-e", $"trace={set}", "-e", $"inject={set}:error={error}:when={at.ToString(CultureInfo.InvariantCulture)}",
        ];
    }
}
