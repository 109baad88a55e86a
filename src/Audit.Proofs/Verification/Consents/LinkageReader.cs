using Exchange.Audit.Proofs.Publication;

namespace Exchange.Audit.Proofs.Verification.Consents;

/// <summary>Reads the linkage file beside the log, both in the order of their indexes.</summary>
internal sealed class LinkageReader : IDisposable
{
    private readonly BufferedStream _stream;
    private LinkageRecord? _next;
    private ulong _after;

    internal LinkageReader(Stream stream)
    {
        _stream = new BufferedStream(stream, 1 << 16);
        var magic = new byte[LinkageRecord.Magic.Length];
        if (_stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) < magic.Length || !LinkageRecord.Magic.SequenceEqual(magic))
        {
            throw new InvalidDataException("The linkage file does not begin as one.");
        }

        Read();
    }

    /// <summary>Gives a stretch the records of its last group, and passes over those of entries that are not here.</summary>
    internal void CopyTo(Stretch stretch)
    {
        var group = stretch.Groups[^1];
        for (; _next is { } record && record.Index < group.NextIndex; Read())
        {
            if (record.Index >= group.FirstIndex)
            {
                stretch.Linkage.Add(record);
            }
        }
    }

    /// <summary>
    /// Reads what stands behind the last entry. A record with a wrong index hides all that come after it, and their entries would pass for erased:
    /// only their order tells.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is cut off, or not in order.</exception>
    internal void ReadToEnd()
    {
        while (_next is not null)
        {
            Read();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private void Read()
    {
        var bytes = new byte[LinkageRecord.Size];
        var read = _stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        _next = read == bytes.Length ? LinkageRecord.Read(bytes) : null;
        if (read is > 0 and < LinkageRecord.Size || _next?.Index < _after)
        {
            throw new InvalidDataException("The linkage file is cut off, or its records are not in ascending order.");
        }

        _after = _next?.Index + 1 ?? _after;
    }
}
