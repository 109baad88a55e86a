namespace Exchange.Audit.Storage;

/// <summary>Files that are there whole or not at all, whenever the machine stops.</summary>
public static class DurableFile
{
    private const string Unfinished = ".new";

    /// <summary>
    /// Writes a file under another name, makes its content durable, gives it its name, and makes the name durable. When this returns, the
    /// file survives a power loss; before, there is none of this name, or the old one.
    /// </summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="content">All of it.</param>
    /// <exception cref="IOException">It could not be written, or not be made durable.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var unfinished = path + Unfinished;
        using (var file = File.OpenHandle(unfinished, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, content, fileOffset: 0);
            NativeFile.SyncWithLength(file);
        }

        File.Move(unfinished, path, overwrite: true);
        NativeFile.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Makes a folder with those above it, for its owner alone, and makes their names durable.</summary>
    /// <exception cref="IOException">It could not be made.</exception>
    public static void CreateFolder(string path)
    {
        var above = Path.GetDirectoryName(Path.GetFullPath(path));
        if (Directory.Exists(path) || above is null)
        {
            return;
        }

        CreateFolder(above);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        NativeFile.SyncDirectory(above);
    }
}
