using System.Text;

namespace Exchange.Cli.Certs;

/// <summary>A file that a command is about to write, all files of a command or none.</summary>
internal sealed record NewFile(string Name, string Text, bool IsSecret)
{
    internal static NewFile Public(string name, string text) => new(name, text, IsSecret: false);

    internal static NewFile Secret(string name, string text) => new(name, text, IsSecret: true);

    /// <summary>Writes the files and returns their paths; looks for every one before it writes the first.</summary>
    /// <exception cref="FileExistsException">One is there and <paramref name="force"/> is not set: a key that is gone is gone.</exception>
    internal static IReadOnlyList<string> WriteAll(string folder, bool force, params IReadOnlyList<NewFile> files)
    {
        var paths = files.Select(file => Path.Combine(folder, file.Name)).ToArray();
        var existing = paths.Where(File.Exists).ToArray();
        if (existing.Length > 0 && !force)
        {
            throw new FileExistsException(existing);
        }

        foreach (var (file, path) in files.Zip(paths))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            file.Write(path);
        }

        return paths;
    }

    private void Write(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (IsSecret && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // A mode is given at creation only; a file that is overwritten would keep the wider mode of the one before.
        File.Delete(path);
        using var stream = new FileStream(path, options);
        stream.Write(Encoding.UTF8.GetBytes(Text.EndsWith('\n') ? Text : Text + "\n"));
    }
}
