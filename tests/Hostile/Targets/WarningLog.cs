using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Exchange.Hostile.Tests.Targets;

/// <summary>Counts what a server warns of and keeps the first errors: a peer that misbehaves is no fault of the server, so there are none.</summary>
internal sealed class WarningLog : ILoggerProvider, ILogger
{
    private const int Most = 20;

    private readonly ConcurrentQueue<string> _errors = [];
    private int _warnings;

    public IReadOnlyCollection<string> Errors => _errors;

    public int Warnings => Volatile.Read(ref _warnings);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Interlocked.Increment(ref _warnings);
        if (logLevel >= LogLevel.Error && _errors.Count < Most)
        {
            _errors.Enqueue($"{eventId.Name}: {formatter(state, exception)} {exception}");
        }
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
