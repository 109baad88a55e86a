using System.Buffers;
using System.Net;
using Exchange.Benches.Load.Clients;
using Exchange.Benches.Load.Echoes;

namespace Exchange.Benches.Load.Transfers.Clients;

/// <summary>The node's call to its provider with HttpClient alone: framed by hand, its answer read into a pooled buffer, no deadline, no limit.</summary>
internal sealed class BareFetch(HttpClient client, Uri provider)
{
    private readonly Uri _fetch = new(provider, RawFetch.Provider.FullName);

    /// <summary>Asks once; throws unless the answer has so many bytes and a good end.</summary>
    public async Task CallAsync(byte[] question, int answerBytes)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _fetch)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new FrameContent(question),
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation("user-agent", "grpc-dotnet-exchange/1.0");
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var body = await response.Content.ReadAsStreamAsync();
        var room = ArrayPool<byte>.Shared.Rent(answerBytes + Frame.PrefixSize + 1); // One more, so that the end is read as such.
        int length = 0, read;
        while ((read = await body.ReadAsync(room.AsMemory(length))) > 0)
        {
            length += read;
        }

        ArrayPool<byte>.Shared.Return(room);
        if (length != answerBytes + Frame.PrefixSize || !response.TrailingHeaders.NonValidated.TryGetValues("grpc-status", out var status) || status.ToString() != "0")
        {
            throw new InvalidDataException($"{length} bytes came that are no answer of {answerBytes}.");
        }
    }
}
