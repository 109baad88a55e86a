namespace Exchange.Node;

/// <summary>Where things lie in a node's data folder.</summary>
public static class NodeFiles
{
    /// <summary>Makes a folder that only the node's user may enter.</summary>
    internal static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>The folder of the audit log's segments.</summary>
    public static string Log(string data) => Path.Combine(data, "log");

    /// <summary>The consent store.</summary>
    public static string Consents(string data) => Path.Combine(data, "consents.db");

    /// <summary>The store of what was spent of frequencies and budgets.</summary>
    public static string Allowances(string data) => Path.Combine(data, "allowances.db");

    /// <summary>The folder of frozen statistics.</summary>
    public static string Statistics(string data) => Path.Combine(data, "statistics");

    /// <summary>The folder of policies and registries that were in force, by digest.</summary>
    public static string Snapshots(string data) => Path.Combine(data, "snapshots");

    /// <summary>The folder of hash tiles of the log's tree.</summary>
    public static string Tiles(string data) => Path.Combine(data, "tiles");

    /// <summary>The folder of signed checkpoints.</summary>
    public static string Checkpoints(string data) => Path.Combine(data, "checkpoints");

    /// <summary>The folder of the map from entries to subjects and consents.</summary>
    public static string Linkage(string data) => Path.Combine(data, "linkage");

    /// <summary>The folder of the index over entries; it may be deleted at any time.</summary>
    public static string Index(string data) => Path.Combine(data, "index");

    /// <summary>The folder of the public keys under which receipts and checkpoints were ever signed.</summary>
    public static string Keys(string data) => Path.Combine(data, "keys");
}
