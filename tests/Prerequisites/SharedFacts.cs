using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Exchange.Tests;

/// <summary>What a clone may lack. A test that needs it is skipped visibly; CI counts the skips and fails on those it could have had.</summary>
internal static class Prerequisites
{
    /// <summary>The folder beside the repository with real transactions and public test vectors; null in a clone elsewhere.</summary>
    public static string? Shared { get; } = FindShared();

    /// <summary>The repository's root.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>Whether a program answers on the path.</summary>
    public static bool HasProgram(string program) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program)) || File.Exists(Path.Combine(folder, program + ".exe")));

    private static string? FindShared()
    {
        var shared = Path.Combine(FindRepository(), "..", "shared");
        return Directory.Exists(Path.Combine(shared, "vectors")) ? Path.GetFullPath(shared) : null;
    }

    private static string FindRepository([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}

/// <summary>A test that reads the folder of real data and public vectors beside the repository.</summary>
internal sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute()
    {
        if (Prerequisites.Shared is null)
        {
            Skip = "needs ../shared (real data and public test vectors), which this clone does not have";
        }
    }
}

/// <summary>A test that runs a program of the system.</summary>
internal sealed class ProgramFactAttribute : FactAttribute
{
    public ProgramFactAttribute(params string[] programs)
    {
        Programs = programs;
        var missing = programs.Where(program => !Prerequisites.HasProgram(program)).ToArray();
        if (missing.Length > 0)
        {
            Skip = $"needs {string.Join(", ", missing)} on the path";
        }
    }

    /// <summary>The programs that the test runs.</summary>
    public string[] Programs { get; }
}

/// <summary>As <see cref="ProgramFactAttribute"/>, for a test with data.</summary>
internal sealed class ProgramTheoryAttribute : TheoryAttribute
{
    public ProgramTheoryAttribute(params string[] programs)
    {
        Programs = programs;
        Skip = new ProgramFactAttribute(programs).Skip;
    }

    /// <summary>The programs that the test runs.</summary>
    public string[] Programs { get; }
}
