namespace Exchange.Node.Connections;

/// <summary>
/// Keeps the host from making an activity and a log scope for each request: it does so whenever the log would take its line, at any level. Nothing here
/// reads them. A call is known by its transfer's id, and a request's path must not reach the log.
/// </summary>
internal static class UntracedRequests
{
    private const string Host = "Microsoft.AspNetCore.Hosting.Diagnostics";

    internal static void Configure(ILoggingBuilder logging) => logging.AddFilter(Host, LogLevel.None);
}
