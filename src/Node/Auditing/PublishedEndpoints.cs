using Exchange.Audit.Export;
using Exchange.Audit.Proofs.Publication;
using Exchange.Audit.Proofs.Tiles;
using Exchange.Node.Telemetry;
using Microsoft.Net.Http.Headers;

namespace Exchange.Node.Auditing;

/// <summary>
/// The published log as static files of the operations listener (c2sp.org/tlog-tiles): whoever passes them on, to whom and under which lock, is
/// the operator's affair. Linkage is not among them.
/// </summary>
internal static class PublishedEndpoints
{
    private const string Prefix = "/log/";
    private const string Text = "text/plain; charset=utf-8";
    private const string Bytes = "application/octet-stream";

    /// <summary>A file is in memory as long as it is read, and the largest have some megabytes.</summary>
    private const int ReadersAtOnce = 4;

    private const string Mutable = "no-cache";
    private const string Immutable = "public, max-age=31536000, immutable";

    /// <summary>Entries say who exchanges with whom: a cache that others share is no place for them.</summary>
    private const string ImmutableEntries = "private, max-age=31536000, immutable";

    internal static void Map(WebApplication application, Func<HttpContext, bool> isOperator)
    {
        var places = new SemaphoreSlim(ReadersAtOnce);
        application.MapGet(Prefix + "{**path}", async (HttpContext context, string? path, PublishedLog log, FileReadings readings, ILogger<PublishedLog> logger) =>
        {
            if (!isOperator(context) || string.IsNullOrEmpty(path))
            {
                return Results.NotFound();
            }

            await places.WaitAsync(context.RequestAborted).ConfigureAwait(false);
            try
            {
                return Read(context, path, log, readings);
            }
            catch (IOException fault)
            {
                NodeLog.LogNotRead(logger, fault.Message);
                return Results.Text($"{fault.Message}\n", statusCode: StatusCodes.Status503ServiceUnavailable);
            }
            finally
            {
                places.Release();
            }
        });
    }

    private static IResult Read(HttpContext context, string path, PublishedLog log, FileReadings readings)
    {
        if (!log.TryRead(path, out var content))
        {
            return Results.NotFound();
        }

        var isTile = TileAddress.TryParse(path, out var tile);
        var isBundle = isTile && tile.Level == TileAddress.Entries;
        if (isBundle)
        {
            readings.Count(tile);
        }

        context.Response.Headers[HeaderNames.CacheControl] = isBundle ? ImmutableEntries : isTile ? Immutable : Mutable;
        context.Response.Headers[HeaderNames.XContentTypeOptions] = "nosniff";
        return Results.Bytes(content, IsText(path) ? Text : Bytes);
    }

    private static bool IsText(string path) =>
        path == PublishedPath.Checkpoint || path.StartsWith(PublishedPath.Checkpoints + "/", StringComparison.Ordinal) || path.StartsWith(PublishedPath.Keys + "/", StringComparison.Ordinal);
}
