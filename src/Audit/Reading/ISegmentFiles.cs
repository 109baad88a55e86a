using Exchange.Audit.Proofs.Segments;

namespace Exchange.Audit.Reading;

/// <summary>Where the segment files of a log are read from, beside whoever writes them.</summary>
public interface ISegmentFiles
{
    /// <summary>Where the log is, for messages.</summary>
    string Location { get; }

    /// <summary>Names of the files, in no order; those of segments are told by their form.</summary>
    IReadOnlyList<string> List();

    /// <summary>Opens a file for reading; the caller disposes of it.</summary>
    /// <exception cref="FileNotFoundException">There is none of this name, or none any more.</exception>
    ISegmentFile Open(string name);
}

/// <summary>An open segment file; reads at several offsets may run at once.</summary>
public interface ISegmentFile : ISegmentSource, IDisposable;
