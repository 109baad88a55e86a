using System.Reflection;
using System.Text;

namespace Exchange.Cli.Demo.World;

/// <summary>
/// The configuration under certs-dev, which this program carries within it: the demo runs what a developer reads there, with
/// free ports in place of fixed ones.
/// </summary>
internal static class DemoConfiguration
{
    internal const string NodeFile = "node.yaml";
    internal const string MembersFile = "members.yaml";
    internal const string PolicyFile = "policy/purchases.yaml";
    internal const string DatasetsFolder = "datasets";

    private const string ResourcePrefix = "certs-dev/";
    private const string NodeDoor = "127.0.0.1:8443";
    private const string OperationsDoor = "127.0.0.1:8480";
    private const string MarketplaceDoor = "https://127.0.0.1:9443";

    /// <summary>Writes the files into a folder, with the marketplace's address and the node's doors left to chance.</summary>
    internal static void Write(string folder, Uri marketplace)
    {
        Put(folder, NodeFile, Read(NodeFile).Replace(NodeDoor, "127.0.0.1:0", StringComparison.Ordinal).Replace(OperationsDoor, "127.0.0.1:0", StringComparison.Ordinal));
        Put(folder, MembersFile, Read(MembersFile).Replace(MarketplaceDoor, marketplace.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal));
        Put(folder, PolicyFile, Read(PolicyFile));
        CopyDatasets(Path.Combine(folder, DatasetsFolder));
    }

    /// <summary>A node that starts again keeps its doors, so that members need not learn new ones.</summary>
    internal static void KeepDoors(string folder, NodeAddress address) => Put(
        folder,
        NodeFile,
        Read(NodeFile).Replace(NodeDoor, address.Listening, StringComparison.Ordinal).Replace(OperationsDoor, address.Operations, StringComparison.Ordinal));

    private static string Read(string file)
    {
        using var stream = typeof(DemoConfiguration).Assembly.GetManifestResourceStream(ResourcePrefix + file)
            ?? throw new InvalidOperationException($"The program was built without {ResourcePrefix}{file}.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static void Put(string folder, string file, string text)
    {
        var path = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static void CopyDatasets(string folder)
    {
        Directory.CreateDirectory(folder);
        var compiled = Path.Combine(Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!, DatasetsFolder);
        foreach (var file in Directory.EnumerateFiles(compiled, "*.binpb"))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }
    }
}
