using System.Globalization;
using Exchange.Cli.Demo.World;
using Exchange.Documents;
using Exchange.Node.Snapshots;
using Microsoft.Extensions.Logging;

namespace Exchange.Node.Tests.Worlds;

/// <summary>A node within the test's process: quick to start, and its parts can be looked at. An error in its log fails the test.</summary>
internal sealed class InProcessNode : IRunningNode
{
    private InProcessNode(NodeHost host, FailingLog log)
    {
        Host = host;
        Log = log;
        Address = new NodeAddress(host.EndPoint.ToString(), host.OperationsEndPoint.ToString(), host.Configuration.Origin);
    }

    public NodeHost Host { get; }

    public FailingLog Log { get; }

    public NodeAddress Address { get; }

    public static async Task<InProcessNode> StartAsync(string configurationFile, TimeProvider? clock = null)
    {
        var diagnostics = new List<Diagnostic>();
        var configuration = NodeConfigurationLoader.Load(configurationFile, diagnostics);
        var snapshot = configuration is null ? null : SnapshotLoader.Load(configuration, diagnostics);
        diagnostics.ShouldBeEmpty();
        var log = new FailingLog();
        return new InProcessNode(await NodeHost.StartAsync(configuration!, snapshot!, clock, logging => logging.AddProvider(log)), log);
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        Log.Errors.ShouldBeEmpty();
    }
}

/// <summary>Collects errors, and every line, so that a test can also look for what must not be in them.</summary>
internal sealed class FailingLog : ILoggerProvider, ILogger
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly List<string> _errors = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_lock)
            {
                return [.. _errors];
            }
        }
    }

    /// <summary>The errors so far, which the test expected: they no longer fail it.</summary>
    public IReadOnlyList<string> TakeErrors()
    {
        lock (_lock)
        {
            string[] taken = [.. _errors];
            _errors.Clear();
            return taken;
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{logLevel} {formatter(state, exception)} {exception}");
        lock (_lock)
        {
            _lines.Add(line);
            if (logLevel >= LogLevel.Error)
            {
                _errors.Add(line);
            }
        }
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
