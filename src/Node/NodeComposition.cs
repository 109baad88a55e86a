using System.Net;
using System.Security.Cryptography.X509Certificates;
using Exchange.Audit;
using Exchange.Audit.Export;
using Exchange.Audit.Queries;
using Exchange.Audit.Storage;
using Exchange.Format.V1;
using Exchange.Node.Admission;
using Exchange.Node.Allowances;
using Exchange.Node.Allowances.Sqlite;
using Exchange.Node.Answers;
using Exchange.Node.Auditing;
using Exchange.Node.Connections;
using Exchange.Node.Consents;
using Exchange.Node.Consents.Sqlite;
using Exchange.Node.Keys;
using Exchange.Node.Linkage;
using Exchange.Node.Operations;
using Exchange.Node.Providers;
using Exchange.Node.Recording;
using Exchange.Node.Reflection;
using Exchange.Node.Refusals;
using Exchange.Node.Snapshots;
using Exchange.Node.Statistics;
using Exchange.Node.Subjects;
using Exchange.Node.Telemetry;
using Exchange.Node.Transfers;
using Exchange.Vocabulary;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Data.Sqlite;
using Serilog;

namespace Exchange.Node;

/// <summary>What a node is made of, and how its parts find each other.</summary>
internal static class NodeComposition
{
    internal static WebApplication Build(NodeConfiguration configuration, NodeSnapshot snapshot, TimeProvider clock, Action<ILoggingBuilder>? logging)
    {
        NodeFiles.CreateFolder(configuration.Data);
        var certificate = LoadCertificate(configuration);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "exchange", EnvironmentName = Environments.Production });

        // The builder also reads environment variables and an appsettings.json of the working directory, where a section 'Kestrel' would
        // open doors that node.yaml does not name. There is one configuration.
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        (logging ?? ToConsole)(builder.Logging);
        TransportLimits.KeepQuiet(builder.Logging);
        UntracedRequests.Configure(builder.Logging);

        var snapshots = new SnapshotHolder(snapshot);
        AddParts(builder.Services, configuration, snapshots, certificate, clock);
        builder.Services.AddGrpc(options => options.MaxReceiveMessageSize = TransportLimits.MaximumRequestBytes);
        var connections = new OpenConnections(configuration.Limits.ConnectionAge, configuration.Limits.CloseGrace, clock);
        var listener = new MemberListener(configuration, snapshots, connections, certificate, clock);
        builder.Services.AddSingleton(connections);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopTimeout);
        builder.WebHost.UseSockets(listener.Configure);
        builder.WebHost.ConfigureKestrel(listener.Configure);

        var application = builder.Build();
        application.RefuseCallsOnEndingConnections();
        application.MapGrpcService<TransfersService>();
        application.MapGrpcService<ConsentService>();
        application.MapGrpcService<AuditService>();
        application.MapGrpcService<HealthService>();
        application.MapGrpcService<ReflectionService>();
        application.MapGrpcService<ReflectionAlphaService>();
        OperationsEndpoints.Map(application);
        return application;
    }

    /// <summary>How long the parts of the node may take to stop once its connections have ended.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Brings memory up with what is durable: consents from the store, withdrawals and request ids from the log.</summary>
    internal static async Task RestoreAsync(IServiceProvider services)
    {
        var (log, store) = (services.GetRequiredService<AuditLog>(), services.GetRequiredService<IConsentStore>());
        var (vault, index) = (services.GetRequiredService<SubjectVault>(), services.GetRequiredService<ConsentIndex>());
        var stored = store.Load();
        if (stored.Subjects.Count > 0 && !vault.Opens(stored.Subjects[0]))
        {
            // Under another key every subject would seem unknown, and no withdrawal could be logged.
            throw new InvalidDataException($"The consent store was written under another master key than {services.GetRequiredService<NodeConfiguration>().MasterKey} holds; put the right one there.");
        }

        Parallel.ForEach(stored.Subjects, subject =>
        {
            vault.OpenAll(subject);
            vault.Add(subject);
        });
        Parallel.ForEach(stored.Consents, consent =>
        {
            vault.TryOpen(consent.Key);
            index.Put(consent);
        });

        var replayed = await WithdrawalReplay.RunAsync(log, store, index, vault).ConfigureAwait(false);
        if (replayed > 0)
        {
            NodeLog.WithdrawalsReplayed(services.GetRequiredService<ILogger<ConsentDesk>>(), replayed);
        }

        services.GetRequiredService<LogMetrics>(); // From here on it observes by itself.
        services.GetRequiredService<RequestIds>().Restore(log);
        services.GetRequiredService<AllowanceBook>().Restore(services.GetRequiredService<IAllowanceStore>().Load(services.GetRequiredService<TimeProvider>().Now()));
    }

    /// <summary>After the last call: everything in the log up to here is in the store, so the next start need not compare it again.</summary>
    internal static async Task SettleAsync(IServiceProvider services)
    {
        if (!services.GetRequiredService<ConsentDesk>().IsSettled)
        {
            return; // An event outlived the time for stopping, or could not be stored; the next start compares.
        }

        try
        {
            await services.GetRequiredService<IConsentStore>().SetReconciledSizeAsync(services.GetRequiredService<AuditLog>().Size).ConfigureAwait(false);
        }
        catch (SqliteException exception)
        {
            NodeLog.ConsentFaulted(services.GetRequiredService<ILogger<ConsentDesk>>(), exception);
        }
    }

    internal static (IPEndPoint Members, IPEndPoint Operations) BoundEndPoints(WebApplication application)
    {
        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return (EndPoint(addresses.First(address => address.StartsWith("https:", StringComparison.Ordinal))), EndPoint(addresses.First(address => address.StartsWith("http:", StringComparison.Ordinal))));

        static IPEndPoint EndPoint(string address) => IPEndPoint.Parse(new Uri(address).Authority);
    }

    private static void AddParts(IServiceCollection services, NodeConfiguration configuration, SnapshotHolder snapshots, X509Certificate2 certificate, TimeProvider clock)
    {
        services.AddSingleton(clock);
        services.AddSingleton(configuration);
        services.AddSingleton(configuration.Limits);
        services.AddSingleton(snapshots);
        services.AddSingleton(_ => new SnapshotArchive(NodeFiles.Snapshots(configuration.Data)));
        services.AddSingleton<SnapshotSwitch>();
        services.AddSingleton<SnapshotReload>();
        services.AddHostedService(provider => provider.GetRequiredService<SnapshotReload>());
        services.AddMetrics();
        services.AddSingleton<NodeMetrics>();
        services.AddSingleton<LogMetrics>();

        services.AddSingleton(_ => LoadMasterKey(configuration.MasterKey));
        services.AddSingleton(_ => new ReceiptKey(configuration.ReceiptKey, configuration.Former.Receipt));
        services.AddSingleton(_ => new CheckpointKeys(configuration));
        services.AddSingleton(_ => new PublicKeyArchive(NodeFiles.Keys(configuration.Data)));
        services.AddSingleton(provider => OpenLog(provider, configuration, snapshots, clock));
        services.AddSingleton(provider => new EntryLinkage(
            new FileLogStorage(NodeFiles.Linkage(configuration.Data)),
            problem => NodeLog.LinkageFaulted(provider.GetRequiredService<ILogger<EntryLinkage>>(), problem)));
        services.AddSingleton<LinkageRepair>();
        services.AddHostedService(provider => provider.GetRequiredService<LinkageRepair>());
        services.AddSingleton<LinkageExport>();
        services.AddSingleton<SubjectEntries>();
        services.AddSingleton<Recorder>();

        services.AddSingleton<IConsentStore>(_ => new SqliteConsentStore(NodeFiles.Consents(configuration.Data)));
        services.AddSingleton<SubjectVault>();
        services.AddSingleton<ConsentIndex>();
        services.AddSingleton<ConsentLocks>();
        services.AddSingleton<ConsentBook>();
        services.AddSingleton<ConsentDesk>();
        services.AddSingleton<ConsentService>();

        services.AddSingleton<IAllowanceStore>(_ => new SqliteAllowanceStore(NodeFiles.Allowances(configuration.Data)));
        services.AddSingleton<AllowanceBook>();
        services.AddSingleton<AllowanceKeys>();
        services.AddSingleton<FetchFrequency>();

        services.AddSingleton<RequestIds>();
        services.AddSingleton<MemberQuotas>();
        services.AddSingleton<RefusalCounts>();
        services.AddSingleton<Callers>();
        services.AddSingleton<AskShapes>();
        services.AddSingleton<FetchRequestReader>();

        services.AddSingleton(provider => new SealingContexts(configuration.Origin, clock, provider.GetRequiredService<NodeMetrics>()));
        services.AddSingleton(provider => new ProviderDirectory(certificate, configuration.Limits.PageBytes, clock, provider.GetRequiredService<ILogger<ProviderDirectory>>()));
        services.AddSingleton<PageTokens>();
        services.AddSingleton<PseudonymKeys>();
        services.AddSingleton<Decider>();
        services.AddSingleton<ProviderQuestions>();
        services.AddSingleton<RecordVerdicts>();
        services.AddSingleton<RecordPage>();
        services.AddSingleton<EvaluationLocks>();
        services.AddSingleton<AssertionEvaluation>();
        services.AddSingleton<AssertionAnswers>();
        services.AddSingleton(_ => new FrozenTables(NodeFiles.Statistics(configuration.Data)));
        services.AddSingleton<PartitionDesk>();
        services.AddSingleton<StatisticsTable>();
        services.AddSingleton<TransferPipeline>();
        services.AddSingleton<PreviewPipeline>();
        services.AddSingleton<TransfersService>();

        services.AddSingleton<LogCheckpoints>();
        services.AddSingleton<LogReadings>();
        services.AddSingleton<FileReadings>();
        services.AddSingleton<KeyChanges>();
        services.AddSingleton(provider => Publish(configuration, provider.GetRequiredService<AuditLog>(), provider.GetRequiredService<LogCheckpoints>()));
        services.AddSingleton<LogProofs>();
        services.AddSingleton(provider => new EntryIndex(provider.GetRequiredService<AuditLog>().Reader, NodeFiles.Index(configuration.Data)));
        services.AddSingleton<LogSearch>();
        services.AddSingleton<LogExport>();
        services.AddSingleton<AuditService>();
        services.AddSingleton<CheckpointSchedule>();
        services.AddHostedService(provider => provider.GetRequiredService<CheckpointSchedule>());
        services.AddHostedService<RetentionSchedule>();

        services.AddSingleton<StopNotice>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<HealthService>();
        services.AddSingleton<ReflectionAnswers>();
        services.AddSingleton<ReflectionService>();
        services.AddSingleton<ReflectionAlphaService>();
        services.AddSingleton<NodeLife>();
        services.AddHostedService(provider => provider.GetRequiredService<NodeLife>());
    }

    /// <summary>The public keys are kept before anything is signed under them.</summary>
    private static AuditLog OpenLog(IServiceProvider provider, NodeConfiguration configuration, SnapshotHolder snapshots, TimeProvider clock)
    {
        var (receiptKey, checkpointKeys) = (provider.GetRequiredService<ReceiptKey>(), provider.GetRequiredService<CheckpointKeys>());
        provider.GetRequiredService<PublicKeyArchive>().Keep(receiptKey, checkpointKeys);
        var logger = provider.GetRequiredService<ILogger<KeyChanges>>();
        return AuditLog.Open(
            new AuditLogOptions { Origin = configuration.Origin, SegmentBytes = (int)configuration.Limits.SegmentBytes },
            AuditLogFiles.In(NodeFiles.Log(configuration.Data), configuration.Data),
            new AuditLogKeys(receiptKey.Signer)
            {
                FormerReceipt = receiptKey.Former,
                ReceiptKeyChange = (former, present) => KeyChanges.ReceiptKeyChange(snapshots.Current, configuration.Id, former, present, logger),
                Checkpoints = checkpointKeys.Signers,
            },
            clock);
    }

    private static PublishedLog Publish(NodeConfiguration configuration, AuditLog log, LogCheckpoints checkpoints) => new(
        log.Reader,
        log.Tiles!,
        checkpoints,
        new PublishedFolders { Snapshots = NodeFiles.Snapshots(configuration.Data), Keys = NodeFiles.Keys(configuration.Data) });

    private static X509Certificate2 LoadCertificate(NodeConfiguration configuration)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(configuration.Certificate, configuration.CertificateKey);
        }
        catch (System.Security.Cryptography.CryptographicException exception)
        {
            throw new InvalidDataException($"{configuration.Certificate} and {configuration.CertificateKey} are not a certificate and its key: {exception.Message}", exception);
        }
    }

    private static MasterKey LoadMasterKey(string file)
    {
        Span<byte> secret = stackalloc byte[MasterKey.Size];
        return Convert.TryFromBase64String(File.ReadAllText(file).Trim(), secret, out var written) && written == MasterKey.Size
            ? new MasterKey(secret)
            : throw new InvalidDataException($"{file} must hold {MasterKey.Size} bytes as base64; 'exchange certs init' makes one.");
    }

    /// <summary>Prose goes to stderr: stdout belongs to whoever started the node.</summary>
    /// <summary>The node's own log: what concerns its operator, to standard error.</summary>
    internal static void ToConsole(ILoggingBuilder logging) => logging.AddSerilog(
        new LoggerConfiguration()
            .Enrich.With(new UtcTime(), new EventNumber())
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", Serilog.Events.LogEventLevel.Warning)

            // Why a start failed is said once, in a sentence, by whoever started the node.
            .MinimumLevel.Override("Microsoft.Extensions.Hosting", Serilog.Events.LogEventLevel.Fatal)
            .WriteTo.Async(sinks => sinks.Console(
                standardErrorFromLevel: Serilog.Events.LogEventLevel.Verbose,
                formatProvider: System.Globalization.CultureInfo.InvariantCulture,
                outputTemplate: "{Utc:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {Level:u3} {EventNumber} {Message:lj}{NewLine}{Exception}"))
            .CreateLogger(),
        dispose: true);
}
