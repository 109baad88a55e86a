using Exchange.Vocabulary;

namespace Exchange.Cli.Certs;

/// <summary>A folder of keys for development: the authority at its root, the node and each member in a folder of their own.</summary>
public static class DevelopmentFolder
{
    /// <summary>The node's folder in it.</summary>
    public const string Node = "node";

    /// <summary>Makes an authority and a node's keys; looks for all files before it writes the first.</summary>
    /// <exception cref="FileExistsException">One of the files is there and <paramref name="force"/> is not set.</exception>
    public static DevelopmentAuthority Create(string folder, string instance, TimeProvider clock, bool force = false)
    {
        // A new authority beside an old node's keys would be a folder that fits nothing.
        var node = Path.Combine(folder, Node);
        if (!force && Directory.Exists(node) && Directory.EnumerateFiles(node).Any())
        {
            throw new FileExistsException([.. Directory.EnumerateFiles(node).Order(StringComparer.Ordinal)]);
        }

        var authority = DevelopmentAuthority.Create(instance, clock);
        authority.Save(folder, force);
        NodeFolder.Write(authority, node, MemberId.Parse($"spiffe://{instance}/ops/node-1"), force);
        return authority;
    }
}
