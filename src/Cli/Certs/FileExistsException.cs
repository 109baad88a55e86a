namespace Exchange.Cli.Certs;

/// <summary>A command would overwrite files and was not told to.</summary>
public sealed class FileExistsException(IReadOnlyList<string> paths)
    : IOException($"{string.Join(", ", paths)} {(paths.Count == 1 ? "is" : "are")} there already; nothing was written. Name another folder, or say --force to overwrite.")
{
    /// <summary>The files that are there.</summary>
    public IReadOnlyList<string> Paths { get; } = paths;
}
