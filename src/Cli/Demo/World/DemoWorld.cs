using Exchange.Cli.Certs;
using Exchange.Client;
using Exchange.Node;
using Exchange.Samples.Marketplace;
using Exchange.Vocabulary;

namespace Exchange.Cli.Demo.World;

/// <summary>
/// A whole exchange in one folder: keys, configuration, a marketplace in this process and a node, which is a process of its own
/// unless the caller starts it otherwise. The demo tells its story in one, and tests do to it what they like.
/// </summary>
public sealed class DemoWorld : IAsyncDisposable
{
    private readonly DemoWorldOptions _options;
    private readonly Dictionary<MemberId, MemberFolderOptions> _members = [];
    private IRunningNode? _node;

    private DemoWorld(DemoWorldOptions options, string folder, DevelopmentAuthority authority, MarketplaceHost marketplace)
    {
        _options = options;
        Folder = folder;
        Authority = authority;
        Marketplace = marketplace;
    }

    /// <summary>Where everything lies; laid out as certs-dev is.</summary>
    public string Folder { get; }

    /// <summary>The node's node.yaml.</summary>
    public string NodeConfiguration => Path.Combine(Folder, DemoConfiguration.NodeFile);

    /// <summary>The member registry.</summary>
    public string MembersFile => Path.Combine(Folder, DemoConfiguration.MembersFile);

    /// <summary>The one policy file.</summary>
    public string PolicyFile => Path.Combine(Folder, DemoConfiguration.PolicyFile);

    /// <summary>The node's log, consent store and snapshots.</summary>
    public string DataFolder => Path.Combine(Folder, "data");

    /// <summary>The folder of the log's segments.</summary>
    public string LogFolder => NodeFiles.Log(DataFolder);

    /// <summary>The public key of the node's receipts.</summary>
    public string ReceiptKeyFile => Path.Combine(CertificatesFolder, DevelopmentFolder.Node, NodeFolder.ReceiptPublicKeyFile);

    /// <summary>What the node's process writes to its standard error.</summary>
    public string NodeLogFile => Path.Combine(Folder, "node.log");

    /// <summary>Issues certificates that the node trusts.</summary>
    public DevelopmentAuthority Authority { get; }

    /// <summary>The marketplace.</summary>
    public MarketplaceHost Marketplace { get; }

    /// <summary>The node.</summary>
    /// <exception cref="InvalidOperationException">It is not running.</exception>
    public IRunningNode Node => _node ?? throw new InvalidOperationException("The node is not running.");

    private string CertificatesFolder => Path.Combine(Folder, "certs");

    /// <summary>Makes keys and configuration and opens the marketplace. The node does not run yet.</summary>
    public static async Task<DemoWorld> CreateAsync(DemoWorldOptions options, CancellationToken cancellation = default)
    {
        var folder = options.Folder ?? Directory.CreateTempSubdirectory("exchange-demo-").FullName;
        var certificates = Path.Combine(folder, "certs");
        DevelopmentFolder.Write(certificates, DemoMembers.Instance, options.Clock);
        var authority = DevelopmentAuthority.Load(certificates, options.Clock);
        var certificate = authority.Issue(new CertificateProfile { Uris = [DemoMembers.Marketplace.Value], Server = true });
        var marketplace = await MarketplaceHost.StartAsync(
            new MarketplaceOptions
            {
                Book = options.Book,
                Certificate = certificate,
                Anchor = authority.Anchor,
                NodeId = DemoMembers.Node.Value,
                Misbehaves = options.Misbehaves,
                Others = options.Others,
            },
            cancellation);

        var world = new DemoWorld(options, folder, authority, marketplace);
        world.IssueTo(DemoMembers.TaxService, encryption: true);
        world.IssueTo(DemoMembers.Portal, encryption: true);
        world.IssueTo(DemoMembers.Stranger, encryption: true);
        DemoConfiguration.Write(folder, marketplace.Endpoint);
        return world;
    }

    /// <summary>Starts the node as a process of its own; again, after it was killed.</summary>
    public Task StartNodeAsync(CancellationToken cancellation = default) =>
        StartNodeAsync(async stop => await NodeProcess.StartAsync(NodeConfiguration, NodeLogFile, stop), cancellation);

    /// <summary>Starts the node as the caller likes, for instance within this process.</summary>
    public async Task StartNodeAsync(Func<CancellationToken, Task<IRunningNode>> start, CancellationToken cancellation = default)
    {
        _node = await start(cancellation);
        DemoConfiguration.KeepDoors(Folder, _node.Address);
        foreach (var (member, options) in _members)
        {
            MemberFolder.WriteClient(FolderOf(member), options with { Node = _node.Address.Endpoint });
        }
    }

    /// <summary>Ends the node's process at once, as a power cut would.</summary>
    public async Task KillNodeAsync()
    {
        await ((NodeProcess)Node).KillAsync();
        _node = null;
    }

    /// <summary>Stops the node in order.</summary>
    public async Task StopNodeAsync()
    {
        await Node.DisposeAsync();
        _node = null;
    }

    /// <summary>Issues a certificate to a member; whether the node lets it in is for the registry to say.</summary>
    public void IssueTo(MemberId member, bool encryption)
    {
        _members[member] = new MemberFolderOptions { Id = member, Encryption = encryption };
        MemberFolder.Write(Authority, FolderOf(member), _members[member]);
    }

    /// <summary>A member's folder: its keys and client.yaml.</summary>
    public string FolderOf(MemberId member) => Path.Combine(CertificatesFolder, member.Value.Split('/')[^1]);

    /// <summary>A member's client of the node, as client.yaml describes it.</summary>
    public ExchangeClient ConnectAs(MemberId member) =>
        ExchangeClient.Connect(ExchangeClientOptions.Load(Path.Combine(FolderOf(member), MemberFolder.ClientFile)));

    /// <summary>Stops node and marketplace, and removes the folder unless it is to be kept.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
        {
            await StopNodeAsync();
        }

        await Marketplace.DisposeAsync();
        Authority.Dispose();
        if (!_options.KeepFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
