using System.Buffers;

namespace Exchange.Audit.Export.Lines;

/// <summary>Writes entries as lines of text. For one thread; it allocates nothing for an entry.</summary>
public interface ILineFormat
{
    /// <summary>What a file of such lines is called: <c>jsonl</c>.</summary>
    string Extension { get; }

    /// <summary>The lines before the first entry of a file.</summary>
    void WriteHead(IBufferWriter<byte> destination);

    /// <summary>An entry as one line.</summary>
    void WriteLine(ulong index, ReadOnlySpan<byte> entry, IBufferWriter<byte> destination);
}
