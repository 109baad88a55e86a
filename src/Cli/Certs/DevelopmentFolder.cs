using Exchange.Vocabulary;

namespace Exchange.Cli.Certs;

/// <summary>A folder of keys for development: the authority at its root, the node and each member in a folder of their own.</summary>
public static class DevelopmentFolder
{
    /// <summary>The node's folder in it.</summary>
    public const string Node = "node";

    /// <summary>Makes an authority and a node's keys; returns the paths.</summary>
    /// <exception cref="FileExistsException">One of the files is there and <paramref name="force"/> is not set; nothing was written.</exception>
    public static IReadOnlyList<string> Write(string folder, string instance, TimeProvider clock, bool force = false)
    {
        if (!MemberId.TryParse($"spiffe://{instance}/ops/node-1", out var node))
        {
            throw new UsageException($"'{instance}' is not a name such as exchange.test: lower-case letters, digits, dots, hyphens and underscores.");
        }

        using var authority = DevelopmentAuthority.Create(instance, clock);
        return NewFile.WriteAll(
            folder,
            force,
            [.. authority.Files(), .. NodeFolder.Files(authority, node, $"{instance}/node-1").Select(file => file with { Name = $"{Node}/{file.Name}" })]);
    }
}
