using Exchange.Audit.Proofs.Segments;
using Microsoft.Win32.SafeHandles;

namespace Exchange.Verifier.Logs;

/// <summary>A segment file, opened for reading beside whoever writes it.</summary>
internal sealed class SegmentFile(string path) : ISegmentSource, IDisposable
{
    private readonly SafeFileHandle _handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    public string Name => Path.GetFileName(path);

    public long Length => RandomAccess.GetLength(_handle);

    public int Read(long offset, Span<byte> destination)
    {
        var read = 0;
        while (read < destination.Length && RandomAccess.Read(_handle, destination[read..], offset + read) is var count and > 0)
        {
            read += count;
        }

        return read;
    }

    public void Dispose() => _handle.Dispose();
}
