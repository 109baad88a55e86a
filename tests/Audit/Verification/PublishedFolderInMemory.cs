using Exchange.Audit.Proofs.Publication;

namespace Exchange.Audit.Tests.Verification;

/// <summary>The files of a published log in memory: those of a log that is shared, and what a test has changed of them.</summary>
internal sealed class PublishedFolderInMemory(IReadOnlyDictionary<string, byte[]> original) : IPublishedFiles
{
    private readonly Dictionary<string, byte[]?> _changed = [];

    public string Name => "memory";

    internal byte[] this[string path]
    {
        get => (_changed.TryGetValue(path, out var changed) ? changed : original[path])!;
        set => _changed[path] = value;
    }

    public ReadOnlyMemory<byte>? Read(string path, int maximumBytes)
    {
        var bytes = _changed.TryGetValue(path, out var changed) ? changed : original.GetValueOrDefault(path);
        if (bytes is null)
        {
            return null; // Not in one expression: there null becomes the memory of no array, which is a file without bytes.
        }

        return bytes;
    }

    public Stream? Open(string path) => Read(path, int.MaxValue) is { } bytes ? new MemoryStream(bytes.ToArray()) : null;

    public IEnumerable<string> List(string folder) =>
        original.Keys.Concat(_changed.Keys).Distinct().Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal) && Read(path, int.MaxValue) is not null).Select(path => path[(folder.Length + 1)..]);

    internal void Remove(string path) => _changed[path] = null;

    /// <summary>A copy of a file, to be changed.</summary>
    internal byte[] Copy(string path) => this[path] = [.. this[path]];
}
