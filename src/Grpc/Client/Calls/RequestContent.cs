using System.Net;
using System.Net.Http.Headers;
using Grpc.Core.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>The body of a call's request: <c>application/grpc</c>, of unknown length.</summary>
internal abstract class RequestContent : HttpContent
{
    private static readonly MediaTypeHeaderValue Grpc = new(HeaderName.ContentType);

    protected RequestContent() => Headers.ContentType = Grpc;

    /// <summary>The call has ended; nobody will write any more.</summary>
    public abstract void End();

    protected sealed override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected abstract override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken);

    protected sealed override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
