using System.Net;

namespace Exchange.Interop.Tests.Cases;

/// <summary>The flags of the last call's messages, seen from our client's side: between the runtime and the transport.</summary>
internal sealed class WatchingHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    internal FrameFlags Requests { get; private set; } = new();

    internal FrameFlags Responses { get; private set; } = new();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        (Requests, Responses) = (new FrameFlags(), new FrameFlags());
        request.Content = new WatchedContent(request.Content!, Requests);
        var response = await base.SendAsync(request, cancellationToken);
        response.Content = new WatchedContent(response.Content, Responses);
        return response;
    }

    private sealed class WatchedContent : HttpContent
    {
        private readonly HttpContent _content;
        private readonly FrameFlags _flags;

        internal WatchedContent(HttpContent content, FrameFlags flags)
        {
            _content = content;
            _flags = flags;
            foreach (var header in content.Headers)
            {
                Headers.TryAddWithoutValidation(header.Key, header.Value);
            }
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            _content.CopyToAsync(new WatchedStream(stream, _flags), context, cancellationToken);

        protected override async Task<Stream> CreateContentReadStreamAsync() => new WatchedStream(await _content.ReadAsStreamAsync(), _flags);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _content.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
