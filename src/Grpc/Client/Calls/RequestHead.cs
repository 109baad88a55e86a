using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Core.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>Makes the head of a request (PROTOCOL-HTTP2.md, "Requests").</summary>
internal static class RequestHead
{
    private const string UserAgent = "grpc-dotnet-exchange/1.0";

    public static HttpRequestMessage Create(Uri address, string? host, HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        if (host is not null)
        {
            request.Headers.Host = host;
        }

        return request;
    }

    /// <summary>Adds the protocol's own headers, and the caller's metadata without those that would forge them.</summary>
    /// <exception cref="RpcException">INTERNAL: metadata that is not printable ASCII, or asks for an encoding that is not here.</exception>
    public static void Describe(HttpRequestHeaders headers, TimeSpan? timeout, bool compresses, Metadata? metadata)
    {
        headers.TryAddWithoutValidation(HeaderName.Te, HeaderName.Trailers);
        headers.TryAddWithoutValidation(HeaderName.UserAgent, UserAgent);
        headers.TryAddWithoutValidation(HeaderName.AcceptEncoding, HeaderName.Accepted);
        if (timeout is { } left)
        {
            headers.TryAddWithoutValidation(HeaderName.Timeout, CallTimeout.Encode(left));
        }

        if (compresses)
        {
            headers.TryAddWithoutValidation(HeaderName.Encoding, HeaderName.Gzip);
        }

        if (metadata is { Count: > 0 })
        {
            foreach (var entry in metadata)
            {
                if (!MetadataValue.IsReserved(entry.Key))
                {
                    headers.TryAddWithoutValidation(entry.Key, MetadataValue.Encode(entry));
                }
                else if (entry.Key == HeaderName.RequestEncoding && entry.Value is not (HeaderName.Gzip or HeaderName.Identity))
                {
                    // Sent uncompressed, it would be a wish that nobody sees was not granted.
                    throw new RpcException(new Status(StatusCode.Internal, $"The encoding '{entry.Value}' that {entry.Key} asks for is neither gzip nor identity."));
                }
            }
        }
    }
}
