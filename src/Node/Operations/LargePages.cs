using System.Globalization;
using System.Runtime.InteropServices;

namespace Exchange.Node.Operations;

/// <summary>
/// Asks Linux to hold the heap in pages of 2 MiB instead of 4 KiB. A node's heap is large and touched all over: each look at a consent, and each object that is used
/// again, would otherwise have to find its page first. Where the kernel does not do that (<c>never</c> in <c>/sys/kernel/mm/transparent_hugepage/enabled</c>), nothing changes.
/// </summary>
internal static partial class LargePages
{
    private const int Size = 2 * 1024 * 1024;
    private const int Advice = 14; // MADV_HUGEPAGE

    /// <summary>Asks for all memory that the process has set aside until now, the collector's own range above all; what that range is filled with later is within it.</summary>
    /// <returns>Bytes of address space for which the kernel takes the advice; 0 elsewhere than on Linux.</returns>
    internal static long Ask()
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        var taken = 0L;
        foreach (var (from, to) in Nameless(File.ReadLines("/proc/self/maps")))
        {
            if (to - from >= Size && Advise((nuint)from, (nuint)(to - from), Advice) == 0)
            {
                taken += (long)(to - from);
            }
        }

        return taken;
    }

    /// <summary>Ranges of private memory that no file is behind, those that touch each other as one.</summary>
    /// <param name="lines">As the kernel writes them: <c>from-to perms offset device inode [name]</c>.</param>
    internal static IEnumerable<(ulong From, ulong To)> Nameless(IEnumerable<string> lines)
    {
        const int columns = 5;
        (ulong From, ulong To) run = default;
        foreach (var line in lines)
        {
            var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length != columns || !parts[1].EndsWith('p'))
            {
                continue;
            }

            var dash = parts[0].IndexOf('-', StringComparison.Ordinal);
            var (from, to) = (Address(parts[0].AsSpan(0, dash)), Address(parts[0].AsSpan(dash + 1)));
            if (from == run.To)
            {
                run.To = to;
                continue;
            }

            if (run != default)
            {
                yield return run;
            }

            run = (from, to);
        }

        if (run != default)
        {
            yield return run;
        }
    }

    private static ulong Address(ReadOnlySpan<char> text) => ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(nuint address, nuint length, int advice);
}
