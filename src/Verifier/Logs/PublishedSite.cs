using System.Net;
using Exchange.Audit.Proofs.Publication;

namespace Exchange.Verifier.Logs;

/// <summary>A published log as a node, or whoever passes it on, serves it. Nothing that comes from there is believed for where it comes from.</summary>
internal sealed class PublishedSite : IPublishedFiles, IDisposable
{
    private readonly HttpClient _client;

    internal PublishedSite(Uri address)
    {
        var prefix = address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = prefix, Timeout = TimeSpan.FromSeconds(60) };
    }

    public string Name => _client.BaseAddress!.AbsoluteUri;

    public ReadOnlyMemory<byte>? Read(string path, int maximumBytes)
    {
        using var stream = Open(path);
        if (stream is null)
        {
            return null;
        }

        var content = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (stream.Read(buffer) is var count and > 0)
        {
            content.Write(buffer, 0, count);
            if (content.Length > maximumBytes)
            {
                throw new IOException($"{Name}{path} has more than {maximumBytes} bytes, which are not read.");
            }
        }

        return content.GetBuffer().AsMemory(0, (int)content.Length);
    }

    public Stream? Open(string path)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            var response = _client.Send(request, HttpCompletionOption.ResponseHeadersRead);
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                response.Dispose();
                return null;
            }

            return response.IsSuccessStatusCode
                ? response.Content.ReadAsStream()
                : throw new IOException($"{Name}{path} answers with {(int)response.StatusCode} {response.ReasonPhrase}.");
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
        {
            throw new IOException($"{Name}{path} cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>A site has no lists.</summary>
    public IEnumerable<string> List(string folder) => [];

    public void Dispose() => _client.Dispose();
}
