using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Exchange.Benches.Load.Echoes;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Exchange.Benches.Load.Servers;

/// <summary>
/// The echo without a runtime: middleware that frames by hand and does nothing besides. It checks no header, knows no deadline, no limit and
/// no encoding: the floor under any runtime.
/// </summary>
internal static class BareEcho
{
    private static readonly PathString Ask = EchoMethods.Ask.FullName;
    private static readonly PathString Listen = EchoMethods.Listen.FullName;
    private static readonly PathString Tell = EchoMethods.Tell.FullName;

    public static Task HandleAsync(HttpContext http)
    {
        http.Response.ContentType = "application/grpc";
        return http.Request.Path == Ask ? AskAsync(http)
            : http.Request.Path == Listen ? ListenAsync(http)
            : http.Request.Path == Tell ? TellAsync(http)
            : TalkAsync(http);
    }

    private static async Task AskAsync(HttpContext http)
    {
        var message = await ReadAsync(http.Request.BodyReader) ?? [];
        await ReadAsync(http.Request.BodyReader);
        Write(http, message);
        End(http);
    }

    private static async Task ListenAsync(HttpContext http)
    {
        var message = await ReadAsync(http.Request.BodyReader) ?? [];
        await ReadAsync(http.Request.BodyReader);
        for (var left = StreamLength.Read(message); left > 0; left--)
        {
            Write(http, message);
            await http.Response.BodyWriter.FlushAsync();
        }

        End(http);
    }

    private static async Task TellAsync(HttpContext http)
    {
        byte[] last = [];
        while (await ReadAsync(http.Request.BodyReader) is { } message)
        {
            last = message;
        }

        Write(http, last);
        End(http);
    }

    private static async Task TalkAsync(HttpContext http)
    {
        while (await ReadAsync(http.Request.BodyReader) is { } message)
        {
            Write(http, message);
            await http.Response.BodyWriter.FlushAsync();
        }

        End(http);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<byte[]?> ReadAsync(PipeReader pipe)
    {
        while (true)
        {
            var result = await pipe.ReadAsync();
            var buffer = result.Buffer;
            if (Frame.TryRead(ref buffer, out var message))
            {
                pipe.AdvanceTo(buffer.Start);
                return message;
            }

            pipe.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                return null;
            }
        }
    }

    private static void Write(HttpContext http, byte[] message)
    {
        var size = Frame.SizeOf(message);
        Frame.Write(http.Response.BodyWriter.GetSpan(size), message);
        http.Response.BodyWriter.Advance(size);
    }

    private static void End(HttpContext http) => http.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers.GrpcStatus = "0";
}
