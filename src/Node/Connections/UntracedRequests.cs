using Serilog.Extensions.Logging;

namespace Exchange.Node.Connections;

/// <summary>
/// Keeps the host from making an activity and a log scope for each request: it does so whenever the log would take its line, at any level. Nothing here
/// reads them. A call is known by its transfer's id, and a request's path must not reach the log.
/// </summary>
internal static class UntracedRequests
{
    private const string Host = "Microsoft.AspNetCore.Hosting.Diagnostics";

    /// <summary>For whichever log there is, and for the node's own once more: a log that has a filter of its own goes by no other.</summary>
    internal static void Configure(ILoggingBuilder logging) => logging.AddFilter(Host, LogLevel.None).AddFilter<SerilogLoggerProvider>(Host, LogLevel.None);
}
