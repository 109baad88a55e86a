using Exchange.Audit.Proofs.Publication;

namespace Exchange.Verifier.Logs;

/// <summary>A published log in a folder, or what lies beside a node's log.</summary>
internal sealed class PublishedFolder(string folder) : IPublishedFiles
{
    public string Name => folder;

    public ReadOnlyMemory<byte>? Read(string path, int maximumBytes)
    {
        using var stream = Open(path);
        if (stream is null)
        {
            return null;
        }

        var bytes = new byte[stream.Length <= maximumBytes ? stream.Length : throw new IOException($"{path} in {folder} has {stream.Length} bytes; more than {maximumBytes} are not read.")];
        return bytes.AsMemory(0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
    }

    public Stream? Open(string path)
    {
        // Not buffered: files are read whole, or by somebody who buffers.
        var file = Path.Combine(folder, path);
        return File.Exists(file) ? new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0) : null;
    }

    public IEnumerable<string> List(string name)
    {
        var path = Path.Combine(folder, name);
        return Directory.Exists(path) ? Directory.EnumerateFiles(path).Select(file => Path.GetFileName(file)) : [];
    }
}
