using Exchange.Node.Auditing;
using System.Net;
using Exchange.Node.Identity;

namespace Exchange.Node.Operations;

/// <summary>What an operator's probes ask, and the published log, on the loopback listener only: a member's connection gets no answer here.</summary>
internal static class OperationsEndpoints
{
    internal static void Map(WebApplication application)
    {
        application.MapGet("/livez", static (HttpContext context) => IsOperator(context) ? Results.Text("live\n") : Results.NotFound());
        application.MapGet("/readyz", static (HttpContext context, Readiness readiness) =>
        {
            if (!IsOperator(context))
            {
                return Results.NotFound();
            }

            var lines = readiness.Check();
            var isReady = lines.All(line => line.Fault is null);
            return Results.Text(
                string.Concat(lines.Select(line => $"{line.Capability}: {line.Fault ?? "ok"}\n")) + (isReady ? "ready\n" : "not ready\n"),
                statusCode: isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        });
        PublishedEndpoints.Map(application, IsOperator);
    }

    /// <summary>
    /// The operations listener speaks plain HTTP; every member's connection is TLS. It is asked by address or as localhost: under any other name it is a
    /// browser on this machine that some page has sent here.
    /// </summary>
    private static bool IsOperator(HttpContext context) =>
        !context.Request.IsHttps && context.Features.Get<MemberConnection>() is null
        && context.Request.Host.Host is var host && (host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host, out _));
}
