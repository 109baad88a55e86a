namespace Exchange.Audit.Proofs.Publication;

/// <summary>The files of a published log, wherever they are: a folder, or what a node serves. Paths are those of <see cref="PublishedPath"/>, with slashes.</summary>
public interface IPublishedFiles
{
    /// <summary>Where they are, for reports.</summary>
    string Name { get; }

    /// <summary>A file's bytes; null when there is none of this name.</summary>
    /// <exception cref="IOException">It cannot be read, or is longer than <paramref name="maximumBytes"/>.</exception>
    ReadOnlyMemory<byte>? Read(string path, int maximumBytes);

    /// <summary>A file to be read in order; null when there is none of this name.</summary>
    Stream? Open(string path);

    /// <summary>The names of the files in a folder; empty where there is none, and where nobody can list it.</summary>
    IEnumerable<string> List(string folder);
}
