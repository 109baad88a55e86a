using System.Diagnostics;
using System.Text;
using Exchange.Tests;

namespace Exchange.Architecture.Tests;

/// <summary>The repository's files, as paths from its root with slashes.</summary>
internal static class SourceTree
{
    private static readonly string[] NotSource = ["bin", "obj", ".git", "node_modules", "TestResults", "BenchmarkDotNet.Artifacts"];

    /// <summary>The hand-written C# files under a folder; what is generated lies in obj.</summary>
    internal static IReadOnlyList<string> Code(string folder) => Files(folder, "*.cs");

    /// <summary>The files under a folder that match a pattern, build output left out.</summary>
    internal static IReadOnlyList<string> Files(string folder, string pattern) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Prerequisites.Repository, folder), pattern, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Prerequisites.Repository, file).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(file => !file.Split('/').Intersect(NotSource, StringComparer.Ordinal).Any())
            .Order(StringComparer.Ordinal),
    ];

    internal static string Read(string file) => File.ReadAllText(Path.Combine(Prerequisites.Repository, file));

    /// <summary>What is committed, and what would be: git's own list, without what it ignores.</summary>
    internal static IReadOnlyList<string> Tracked()
    {
        var start = new ProcessStartInfo("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        {
            WorkingDirectory = Prerequisites.Repository,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            StandardOutputEncoding = Encoding.UTF8,
        };
        using var git = Process.Start(start)!;
        var files = git.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        git.ExitCode.ShouldBe(0, "git ls-files");
        return [.. files.Where(file => File.Exists(Path.Combine(Prerequisites.Repository, file)))];
    }
}
