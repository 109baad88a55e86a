using System.Diagnostics;
using Exchange.Audit.Storage;
using Exchange.Benches.Load.Logs;
using Exchange.Benches.Load.Transfers.Servers;
using Exchange.Benches.Load.Transfers.Worlds;
using Exchange.Documents;
using Exchange.Node;
using Exchange.Node.Consents.Sqlite;
using Exchange.Node.Keys;
using Exchange.Node.Subjects;

namespace Exchange.Benches.Load.Transfers.Scale;

/// <summary>A node beside the one of the world, with the same keys and members: everything else of it is large, as if it had run for years.</summary>
internal sealed class LargeNode(TransferWorld world, LargeSize size)
{
    private const string Name = "large";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan QuietFor = TimeSpan.FromSeconds(2);

    private readonly string _configuration = Path.Combine(world.Folder, $"{Name}.yaml");

    /// <summary>How long the start took, from the process to the first line.</summary>
    public TimeSpan Started { get; private set; }

    /// <summary>How long it then worked on by itself: tiles, index.</summary>
    public TimeSpan Settled { get; private set; }

    /// <summary>Writes the node's configuration; the world's own must not be running yet, since a node that runs has its doors in it.</summary>
    public void Configure()
    {
        var policy = Directory.CreateDirectory(Path.Combine(world.Folder, $"{Name}-policy")).FullName;
        File.Copy(world.Demo.PolicyFile, Path.Combine(policy, Path.GetFileName(world.Demo.PolicyFile)));
        LargeRules.Write(policy, size.Rules);
        File.WriteAllText(_configuration, File.ReadAllText(world.Demo.NodeConfiguration)
            .Replace("data: data", $"data: {Name}", StringComparison.Ordinal)
            .Replace("policy: policy", $"policy: {Name}-policy", StringComparison.Ordinal));
    }

    /// <summary>Writes log and stores, after a consent was given to the world's own node.</summary>
    public async Task FillAsync(Action<string> say, CancellationToken cancellation)
    {
        var mistakes = new List<Diagnostic>();
        var configuration = NodeConfigurationLoader.Load(_configuration, mistakes) ?? throw new InvalidDataException(string.Join('\n', mistakes));
        NodeFiles.CreateFolder(configuration.Data);
        using (var key = new ReceiptKey(configuration.ReceiptKey))
        using (var storage = new FileLogStorage(NodeFiles.Log(configuration.Data)))
        {
            var made = LogMaker.Make(storage, configuration.Origin, key.Signer, size.Entries, cancellation);
            say($"A log of {size.Entries:N0} entries was written in {made.TotalSeconds:N0} s.");
        }

        var start = Stopwatch.GetTimestamp();
        await using var given = new SqliteConsentStore(NodeFiles.Consents(world.Demo.DataFolder));
        using var master = new MasterKey(Convert.FromBase64String(await File.ReadAllTextAsync(configuration.MasterKey, cancellation)));
        await LargeStore.FillAsync(NodeFiles.Consents(configuration.Data), new SubjectVault(master), given.Load().Consents[0], size.Customers(), size.Entries, cancellation);
        say($"A store of {size.Consents:N0} consents was written in {Stopwatch.GetElapsedTime(start).TotalSeconds:N0} s.");
    }

    /// <summary>Starts it, and waits until it has nothing to do.</summary>
    public async Task<NodeServer> StartAsync(ServerOrder order, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        var node = await NodeServer.StartAsync(order with { Configuration = _configuration }, Patience);
        Started = Stopwatch.GetElapsedTime(start);
        try
        {
            await QuietAsync(node, cancellation);
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }

        Settled = Stopwatch.GetElapsedTime(start) - Started - QuietFor;
        return node;
    }

    /// <summary>A node that is done uses next to no CPU.</summary>
    private static async Task QuietAsync(NodeServer node, CancellationToken cancellation)
    {
        const double quiet = 0.02;
        var clock = Stopwatch.StartNew();
        var before = await node.ReadUsageAsync();
        while (clock.Elapsed < Patience)
        {
            await Task.Delay(QuietFor, cancellation);
            var now = await node.ReadUsageAsync();
            if (now.CpuMicroseconds - before.CpuMicroseconds < quiet * QuietFor.TotalMicroseconds)
            {
                return;
            }

            before = now;
        }

        throw new TimeoutException("The large node does not come to rest.");
    }
}
