using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Exchange.Audit;
using Exchange.Documents;
using Exchange.Node.Admission;
using Exchange.Node.Connections;
using Exchange.Node.Consents;
using Exchange.Node.Operations;
using Exchange.Node.Snapshots;
using Exchange.Node.Telemetry;
using Exchange.Node.Transfers;
using Exchange.Vocabulary;
using Microsoft.Data.Sqlite;

namespace Exchange.Node;

/// <summary>A running node: two listeners, a log, a consent store. Start, wait, stop.</summary>
public sealed class NodeHost : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly NodeLife _life;
    private bool _stopped;

    private NodeHost(WebApplication application, NodeConfiguration configuration, IPEndPoint endpoint, IPEndPoint operations)
    {
        _application = application;
        _life = application.Services.GetRequiredService<NodeLife>();
        Configuration = configuration;
        EndPoint = endpoint;
        OperationsEndPoint = operations;
    }

    /// <summary>What the node runs by.</summary>
    public NodeConfiguration Configuration { get; }

    /// <summary>Where members connect.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Where the operator's probes connect.</summary>
    public IPEndPoint OperationsEndPoint { get; }

    /// <summary>Completes when the log failed: nothing is released any more, and the node should end.</summary>
    public Task<Exception> Faulted => _application.Services.GetRequiredService<AuditLog>().Faulted;

    /// <summary>The node's parts; tests look into them.</summary>
    internal IServiceProvider Parts => _application.Services;

    /// <summary>
    /// Reads members, datasets and policy again, as one. If they are sound and say something else, the log has it and they are in force when this
    /// completes; otherwise what was in force stays, and the reasons are in the node's log lines.
    /// </summary>
    public Task<ReloadOutcome> ReloadAsync() => _application.Services.GetRequiredService<SnapshotReload>().ReloadAsync();

    /// <summary>Starts a node. When it returns, members are served.</summary>
    /// <exception cref="NodeStartException">What the node needs is missing or damaged; the message says what and how to mend it.</exception>
    public static async Task<NodeHost> StartAsync(NodeConfiguration configuration, NodeSnapshot snapshot, TimeProvider? clock = null, Action<ILoggingBuilder>? logging = null)
    {
        WebApplication? application = null;
        try
        {
            application = NodeComposition.Build(configuration, snapshot, clock ?? TimeProvider.System, logging);
            var services = application.Services;
            services.GetRequiredService<SnapshotArchive>().Keep(snapshot);
            await NodeComposition.RestoreAsync(services).ConfigureAwait(false);
            await services.GetRequiredService<NodeLife>().BeginAsync().ConfigureAwait(false);
            await application.StartAsync().ConfigureAwait(false);
            var (endpoint, operations) = NodeComposition.BoundEndPoints(application);
            NodeLog.NodeListening(application.Logger, endpoint, operations, configuration.Origin, services.GetRequiredService<AuditLog>().Size);
            return new NodeHost(application, configuration, endpoint, operations);
        }
        catch (Exception exception) when (exception is IOException or SocketException or InvalidDataException or SqliteException or AuditLogDamagedException or UnauthorizedAccessException or CryptographicException)
        {
            if (application is not null)
            {
                await application.DisposeAsync().ConfigureAwait(false);
            }

            throw new NodeStartException(exception is SqliteException ? $"The consent store {NodeFiles.Consents(configuration.Data)} cannot be used: {exception.Message}" : exception.Message, exception);
        }
    }

    /// <summary>
    /// Runs a node from its configuration file until it is told to stop. On stdout one line of JSON when it is ready; mistakes and prose on
    /// stderr. Returns the exit code: 0 stopped in order, 1 could not start, 2 bad configuration.
    /// </summary>
    public static async Task<int> RunAsync(string configurationFile, TextWriter output, TextWriter errors, CancellationToken cancellationToken = default)
    {
        var diagnostics = new List<Diagnostic>();
        var configuration = NodeConfigurationLoader.Load(configurationFile, diagnostics);
        var snapshot = configuration is null ? null : SnapshotLoader.Load(configuration, diagnostics);
        if (snapshot is null)
        {
            foreach (var diagnostic in diagnostics)
            {
                await errors.WriteLineAsync(diagnostic.ToString()).ConfigureAwait(false);
            }

            return 2;
        }

        LargePages.Ask(); // Before the heap fills.

        // Completed by a signal or by the caller, whichever comes first; the other may still come while the node stops.
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var cancelled = cancellationToken.Register(() => stop.TrySetResult()).ConfigureAwait(false);
        var started = new TaskCompletionSource<NodeHost>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var hangUp = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Reload(context, started.Task));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, stop));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stop));
        try
        {
            await using var node = await StartAsync(configuration!, snapshot).ConfigureAwait(false);
            await output.WriteLineAsync(JsonSerializer.Serialize(new
            {
                listening = node.EndPoint.ToString(),
                operations = node.OperationsEndPoint.ToString(),
                origin = configuration!.Origin,
            })).ConfigureAwait(false);
            await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            started.TrySetResult(node);
            if (await Task.WhenAny(stop.Task, node.Faulted).ConfigureAwait(false) == stop.Task)
            {
                return 0;
            }

            // A log that failed once is never written again by this process: what is on the disk is for the next start to find out.
            var fault = await node.Faulted.ConfigureAwait(false);
            await errors.WriteLineAsync($"The audit log in {configuration.Data} cannot be written any more, so the node ends: {fault.Message}").ConfigureAwait(false);
            return 1;
        }
        catch (NodeStartException exception)
        {
            await errors.WriteLineAsync(exception.Message).ConfigureAwait(false);
            return 1;
        }
    }

    /// <summary>
    /// Stops in order: whoever watches the node's health learns it, connections are told to go away, calls under way end within
    /// <see cref="NodeLimits.CloseGrace"/>, then comes the stop entry.
    /// </summary>
    public async Task StopAsync()
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        await _application.Services.GetRequiredService<HealthService>().StopServingAsync().ConfigureAwait(false);
        await _application.Services.GetRequiredService<OpenConnections>().EndAllAsync().ConfigureAwait(false);
        await _application.StopAsync().ConfigureAwait(false);
        await _life.EndAsync().ConfigureAwait(false);
        await NodeComposition.SettleAsync(_application.Services).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>A signal that comes while the node starts is kept: what changed since the start read its files is not lost.</summary>
    private static void Reload(PosixSignalContext context, Task<NodeHost> started)
    {
        context.Cancel = true; // Its usual meaning is to end the process.
        _ = ReloadAsync();

        async Task ReloadAsync() => await (await started.ConfigureAwait(false)).ReloadAsync().ConfigureAwait(false);
    }

    private static void Stop(PosixSignalContext context, TaskCompletionSource stop)
    {
        context.Cancel = true; // We end the process ourselves, in order.
        stop.TrySetResult();
    }
}
