using System.Buffers;
using System.Net;
using Exchange.Benches.Load.Echoes;

namespace Exchange.Benches.Load.Clients;

/// <summary>
/// The client without a runtime: SocketsHttpHandler, with gRPC's framing and headers by hand. It sends what the runtime sends, and knows no
/// deadline, no cancellation, no limit and no encoding.
/// </summary>
internal sealed class BareClient(Uri server, SocketsHttpHandler handler) : IEchoClient
{
    private readonly HttpMessageInvoker _http = new(handler);
    private readonly Uri _ask = new(server, EchoMethods.Ask.FullName);
    private readonly Uri _listen = new(server, EchoMethods.Listen.FullName);
    private readonly Uri _tell = new(server, EchoMethods.Tell.FullName);
    private readonly Uri _talk = new(server, EchoMethods.Talk.FullName);

    public async Task AskAsync(byte[] message)
    {
        using var response = await SendAsync(_ask, new FrameContent(message));
        var body = await response.Content.ReadAsStreamAsync();
        var received = ArrayPool<byte>.Shared.Rent(Frame.SizeOf(message) + 1); // One more, so that the end is read as such.
        int length = 0, read;
        while ((read = await body.ReadAsync(received.AsMemory(length))) > 0)
        {
            length += read;
        }

        var size = Frame.TryRead(received.AsSpan(0, length), out var answer);
        ArrayPool<byte>.Shared.Return(received);
        Answer.Check(answer, message);
        Answer.Check(length, size);
        CheckStatus(response);
    }

    public async Task ListenAsync(byte[] message, int messages)
    {
        using var response = await SendAsync(_listen, new FrameContent(message));
        using var frames = new FrameStream(await response.Content.ReadAsStreamAsync());
        for (var left = messages; left > 0; left--)
        {
            Answer.Check(await frames.ReadAsync(), message);
        }

        await EndAsync(frames, response);
    }

    public async Task TellAsync(byte[] message, int messages)
    {
        var content = new OpenContent();
        var answer = SendAsync(_tell, content);
        for (var left = messages; left > 0; left--)
        {
            await content.WriteAsync(message);
        }

        content.Complete();
        using var response = await answer;
        using var frames = new FrameStream(await response.Content.ReadAsStreamAsync());
        Answer.Check(await frames.ReadAsync(), message);
        await EndAsync(frames, response);
    }

    public async Task TalkAsync(byte[] message, int messages)
    {
        var content = new OpenContent();
        var answer = SendAsync(_talk, content);
        await content.WriteAsync(message);
        using var response = await answer;
        using var frames = new FrameStream(await response.Content.ReadAsStreamAsync());
        Answer.Check(await frames.ReadAsync(), message);
        for (var left = messages - 1; left > 0; left--)
        {
            await content.WriteAsync(message);
            Answer.Check(await frames.ReadAsync(), message);
        }

        content.Complete();
        await EndAsync(frames, response);
    }

    public void Dispose() => _http.Dispose();

    private Task<HttpResponseMessage> SendAsync(Uri address, HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation("user-agent", "grpc-dotnet-exchange/1.0");
        request.Headers.TryAddWithoutValidation("grpc-accept-encoding", "identity,gzip");
        return _http.SendAsync(request, CancellationToken.None);
    }

    private static async ValueTask EndAsync(FrameStream frames, HttpResponseMessage response)
    {
        if (await frames.ReadAsync() is not null)
        {
            throw new InvalidDataException("An answer came to no message.");
        }

        CheckStatus(response);
    }

    private static void CheckStatus(HttpResponseMessage response)
    {
        if (!response.TrailingHeaders.NonValidated.TryGetValues("grpc-status", out var status) || status.ToString() != "0")
        {
            throw new InvalidDataException("The call did not end with grpc-status 0.");
        }
    }
}
