using System.IO.Compression;
using Grpc.Core;
using Grpc.Core.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>
/// What a call says to its client: headers, messages, status (PROTOCOL-HTTP2.md, "Responses"). A part of the call, not an object of its own;
/// whoever uses it has passed the call's <see cref="AnswerGate"/>.
/// </summary>
internal struct CallResponse(HttpContext http, CallSettings settings)
{
    private CompressionLevel? _compression;
    private bool _hasWritten;

    /// <summary>Compresses messages from now on, if the client can read that.</summary>
    public void Negotiate(CompressionLevel level)
    {
        if (HeaderMetadata.Accepts(http.Request.Headers.GrpcAcceptEncoding.ToString(), HeaderName.Gzip))
        {
            _compression = level;
            http.Response.Headers.GrpcEncoding = HeaderName.Gzip;
        }
    }

    /// <summary>Puts the handler's own headers among those to send; a flush sends them.</summary>
    /// <exception cref="InvalidOperationException">They are on their way already.</exception>
    public void AddHeaders(Metadata headers)
    {
        if (http.Response.HasStarted)
        {
            throw new InvalidOperationException("Response headers are sent once, before any message.");
        }

        HeaderMetadata.Write(http.Response.Headers, headers);
        _hasWritten = true;
    }

    /// <summary>Serialises a message into the transport's memory; a flush sends it.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: longer than the limit. INTERNAL: the marshaller failed.</exception>
    public void Serialise<T>(T message, Marshaller<T> marshaller, WriteOptions? options)
    {
        var compression = (options?.Flags & WriteFlags.NoCompress) is WriteFlags.NoCompress ? null : _compression;
        MessageWriter.Write(http.Response.BodyWriter, message, marshaller, settings.MaxSendMessageSize, compression);
        _hasWritten = true;
    }

    /// <summary>Sends what was written, and waits until the transport has room for more.</summary>
    /// <param name="cancellationToken">Ends the wait, and with it the stream: the server resets what is cancelled so.</param>
    /// <param name="gone">The call's own token, which the exception names.</param>
    /// <exception cref="OperationCanceledException">The client has gone: a handler in a loop must notice. Or the call has ended meanwhile.</exception>
    public readonly async ValueTask FlushAsync(CancellationToken cancellationToken, CancellationToken gone)
    {
        var result = await http.Response.BodyWriter.FlushAsync(cancellationToken);
        if (result.IsCompleted)
        {
            throw new ClientGoneException(null, gone);
        }

        if (result.IsCanceled)
        {
            throw new OperationCanceledException("The call has ended.", gone);
        }
    }

    /// <summary>Puts status and trailers where they belong: after messages or headers into the trailers, else into the headers alone.</summary>
    public readonly void End(Status status, Metadata? trailers, string method)
    {
        var response = http.Response;
        var destination = response.HasStarted || _hasWritten
            ? http.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers
            : response.Headers;
        try
        {
            if (trailers is not null)
            {
                HeaderMetadata.Write(destination, trailers);
            }
        }
        catch (RpcException e)
        {
            status = FailureStatus.Of(e, method, settings);
        }

        Refusal.Write(destination, status);
    }

    /// <summary>Sends the end at once: the handler, which would otherwise send it by returning, may go on.</summary>
    public readonly async Task CompleteAsync()
    {
        try
        {
            await http.Response.CompleteAsync();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client went at the same moment.
        }
    }
}
