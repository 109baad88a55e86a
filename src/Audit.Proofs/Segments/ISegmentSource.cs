namespace Exchange.Audit.Proofs.Segments;

/// <summary>The bytes of one segment file, wherever they are.</summary>
public interface ISegmentSource
{
    /// <summary>The file's name, for reports.</summary>
    string Name { get; }

    /// <summary>Length in bytes.</summary>
    long Length { get; }

    /// <summary>Reads at an offset; returns fewer bytes than asked only at the end of the file.</summary>
    int Read(long offset, Span<byte> destination);
}
