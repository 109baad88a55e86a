using System.Threading.Channels;
using Exchange.Identity;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Exchange.Interop.Tests.Cases;

/// <summary>
/// Middleware that keeps a record of each call. The compressed flag of a message is shown to nobody, by grpc-js nor by any API of ours: in the
/// cases about compression it is read between the transport and the runtime. All other calls go their ordinary way.
/// </summary>
internal sealed class CallBook
{
    private readonly Channel<ServedCall> _ended = Channel.CreateUnbounded<ServedCall>();

    /// <summary>The calls that have ended, in that order.</summary>
    internal ChannelReader<ServedCall> Ended => _ended.Reader;

    internal async Task KeepAsync(HttpContext http, RequestDelegate next)
    {
        var call = new ServedCall
        {
            Case = http.Request.Headers[ServedCall.CaseKey].ToString(),
            Method = http.Request.Path.Value!.Split('/')[^1],
            Peer = http.Connection.ClientCertificate is { } certificate && CertificateIdentity.TryRead(certificate, out var id) ? id.Value : string.Empty,
        };
        http.Features.Set(call);
        try
        {
            await (call.Case.Contains("compressed", StringComparison.Ordinal) ? WatchAsync(http, next, call) : next(http));
        }
        finally
        {
            _ended.Writer.TryWrite(call);
        }
    }

    private static async Task WatchAsync(HttpContext http, RequestDelegate next, ServedCall call)
    {
        var unwatched = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var body = new StreamResponseBodyFeature(new WatchedStream(unwatched.Stream, call.Responses), unwatched);
        http.Features.Set<IHttpResponseBodyFeature>(body);
        http.Request.Body = new WatchedStream(http.Request.Body, call.Requests);
        await next(http);

        // An answer without a message is headers alone, which completing would turn into headers and an empty body.
        if (body.Writer.UnflushedBytes > 0)
        {
            await body.CompleteAsync();
        }
    }
}
