using System.Globalization;
using Exchange.Audit.Proofs.Notes;

namespace Exchange.Audit.Export;

/// <summary>The checkpoints in a node's data folder, read beside the node: a file each, named by the size of the log in decimal digits.</summary>
/// <param name="folder">The folder; one that is not there holds none.</param>
public sealed class CheckpointFolder(string folder) : IPublishedCheckpoints
{
    /// <inheritdoc/>
    public SignedNote? Newest => Kept.ToList() is [.., var newest] ? Of(newest) : null;

    /// <inheritdoc/>
    public IEnumerable<ulong> Kept => Files().Keys.Order();

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file is no note.</exception>
    public SignedNote? Of(ulong size)
    {
        if (!Files().TryGetValue(size, out var path))
        {
            return null;
        }

        return SignedNote.TryParse(File.ReadAllBytes(path), out var note, out var problem) ? note : throw new InvalidDataException($"{path} is no checkpoint: {problem}.");
    }

    private Dictionary<ulong, string> Files()
    {
        var files = new Dictionary<ulong, string>();
        foreach (var path in Directory.Exists(folder) ? Directory.EnumerateFiles(folder) : [])
        {
            if (ulong.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var size))
            {
                files[size] = path;
            }
        }

        return files;
    }
}
