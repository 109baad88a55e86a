using Exchange.Documents;

namespace Exchange.Node.Identity;

/// <summary>The files that the registry names: each read once, so that the digest is of what was understood.</summary>
internal sealed class ReferencedFiles(SourceFiles sources)
{
    private const int MaximumSize = 64 * 1024;

    private readonly Dictionary<string, byte[]> _contents = new(StringComparer.Ordinal);

    /// <summary>What was read, by the path as the registry writes it.</summary>
    internal IEnumerable<(string Name, ReadOnlyMemory<byte> Bytes)> Contents => _contents.Select(file => (file.Key, (ReadOnlyMemory<byte>)file.Value));

    /// <summary>The bytes of the file that a value names; null after saying why not.</summary>
    internal byte[]? Read(DocumentValue value)
    {
        if (value.FilePath() is not { } path || value.Text() is not { } written)
        {
            return null;
        }

        if (_contents.TryGetValue(written, out var known))
        {
            return known;
        }

        if (sources.Read(path, MaximumSize, out var mistake) is not { } bytes)
        {
            value.Refuse($"file '{written}': {mistake}", Nearest(path, written));
            return null;
        }

        return _contents[written] = bytes;
    }

    private static string? Nearest(string path, string written)
    {
        if (Path.GetDirectoryName(path) is not { } folder || !Directory.Exists(folder))
        {
            return null;
        }

        var name = NearestName.Of(Path.GetFileName(path), Directory.EnumerateFiles(folder).Select(Path.GetFileName)!);
        return name is null ? null : written[..^Path.GetFileName(path).Length] + name;
    }
}
