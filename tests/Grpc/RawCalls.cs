using System.Buffers.Binary;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Net.Client;

namespace Exchange.Grpc.Tests;

/// <summary>Calls without generated code: methods over text, and requests whose every byte a test chooses.</summary>
internal static class RawCalls
{
    public const string AskPath = "/exchange.grpc.tests.Echo/Ask";

    public static Method<string, string> Method(string service, string name, MethodType type = MethodType.Unary) =>
        new(type, service, name, Marshallers.StringMarshaller, Marshallers.StringMarshaller);

    public static async Task<string> AskAsync(this GrpcChannel channel, string service, string name, string request = "", CallOptions options = default)
    {
        using var call = channel.CreateCallInvoker().AsyncUnaryCall(Method(service, name), null, options, request);
        return await call;
    }

    public static byte[] Frame(ReadOnlySpan<byte> payload, byte flag = 0, uint? length = null)
    {
        var frame = new byte[5 + payload.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), length ?? (uint)payload.Length);
        payload.CopyTo(frame.AsSpan(5));
        return frame;
    }

    /// <summary>A well-formed request, for a test to break.</summary>
    public static HttpRequestMessage Request(string path, byte[] body, Action<HttpRequestMessage>? change = null) => Request(path, new ByteArrayContent(body), change);

    public static HttpRequestMessage Request(string path, HttpContent content, Action<HttpRequestMessage>? change = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Version = new Version(2, 0),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TryAddWithoutValidation("te", "trailers");
        change?.Invoke(request);
        return request;
    }

    /// <summary>The status, wherever it stands: in the trailers, or in the headers of a trailers-only answer.</summary>
    public static async Task<(StatusCode Code, string Message, byte[] Body, bool TrailersOnly)> AnswerAsync(this HttpClient http, HttpRequestMessage request)
    {
        using var response = await http.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        var trailersOnly = response.Headers.Contains("grpc-status");
        var headers = trailersOnly ? response.Headers : response.TrailingHeaders;
        var code = (StatusCode)int.Parse(headers.GetValues("grpc-status").Single());
        var message = headers.TryGetValues("grpc-message", out var values) ? values.Single() : string.Empty;
        return (code, message, body, trailersOnly);
    }
}
