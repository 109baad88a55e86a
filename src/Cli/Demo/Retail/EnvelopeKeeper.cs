using Exchange.Vocabulary;

namespace Exchange.Cli.Demo.Retail;

/// <summary>
/// Where a consumer keeps what it received: one file an envelope, on the disk before the consumer goes on. A name that ends in
/// <c>.envelope</c> is a whole envelope, whatever was killed when.
/// </summary>
public sealed class EnvelopeKeeper(string folder)
{
    private const string Kept = ".envelope";
    private const string Unfinished = ".part";

    /// <summary>Where the envelopes are: a folder for each subject.</summary>
    public string Folder { get; } = folder;

    /// <summary>Writes an envelope; returns when it would survive a power cut.</summary>
    public void Keep(string subject, TransferId transfer, ReadOnlySpan<byte> envelope)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, subject)).FullName, transfer.ToString());
        using (var file = File.OpenHandle(path + Unfinished, FileMode.CreateNew, FileAccess.Write))
        {
            RandomAccess.Write(file, envelope, fileOffset: 0);
            RandomAccess.FlushToDisk(file);
        }

        File.Move(path + Unfinished, path + Kept);
    }

    /// <summary>The whole envelopes.</summary>
    public IEnumerable<KeptEnvelope> ReadAll() => !Directory.Exists(Folder)
        ? []
        : Directory.EnumerateFiles(Folder, "*" + Kept, SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(path => new KeptEnvelope(Path.GetFileName(Path.GetDirectoryName(path)!), path, File.ReadAllBytes(path)));
}

/// <summary>An envelope in a file.</summary>
/// <param name="Subject">Whom it is about, as the consumer names them.</param>
/// <param name="Path">The file.</param>
/// <param name="Bytes">The serialised envelope.</param>
public sealed record KeptEnvelope(string Subject, string Path, byte[] Bytes);
