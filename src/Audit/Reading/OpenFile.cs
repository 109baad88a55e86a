using Microsoft.Win32.SafeHandles;

namespace Exchange.Audit.Reading;

/// <summary>An open file of the log, read at offsets. A read that the system cuts short goes on: only the file's end makes it shorter.</summary>
internal class OpenFile(string name, SafeFileHandle handle) : ISegmentFile
{
    public string Name => name;

    public long Length => RandomAccess.GetLength(handle);

    /// <summary>For what else is done with it.</summary>
    protected SafeFileHandle Handle => handle;

    public int Read(long offset, Span<byte> destination) => Read(handle, offset, destination);

    /// <summary>Reads until the destination is full or the file ends; the number of bytes.</summary>
    internal static int Read(SafeFileHandle file, long offset, Span<byte> destination)
    {
        var read = 0;
        while (read < destination.Length && RandomAccess.Read(file, destination[read..], offset + read) is var count and > 0)
        {
            read += count;
        }

        return read;
    }

    public void Dispose() => handle.Dispose();
}
