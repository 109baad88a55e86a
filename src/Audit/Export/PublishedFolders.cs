using System.Buffers;

namespace Exchange.Audit.Export;

/// <summary>Folders whose files are published as they are. One that is null or not there publishes nothing.</summary>
public sealed record PublishedFolders
{
    /// <summary>Policies, registries, descriptor sets and change reports, by kind and digest.</summary>
    public string? Snapshots { get; init; }

    /// <summary>Public keys, the present and the former ones.</summary>
    public string? Keys { get; init; }

    internal static IEnumerable<string> Names(string? folder) =>
        folder is not null && Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Where(IsPlain).Order(StringComparer.Ordinal) : [];

    /// <summary>Writes a file of a folder; false when it has none of this name.</summary>
    internal static bool TryWrite(string? folder, string name, IBufferWriter<byte> destination)
    {
        // A name comes from a stranger, and may name nothing beyond the folder.
        if (folder is null || !IsPlain(name))
        {
            return false;
        }

        try
        {
            destination.Write(File.ReadAllBytes(Path.Combine(folder, name)));
            return true;
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Letters, digits, hyphens and dots, but no dot in front, and none of the names under which files are written before they are whole.</summary>
    private static bool IsPlain(string name) =>
        name.Length > 0 && name[0] != '.' && !name.EndsWith(".new", StringComparison.Ordinal) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_');
}
