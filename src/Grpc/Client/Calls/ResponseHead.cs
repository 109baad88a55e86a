using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Core.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>Reads headers and trailers of a response. Headers are taken as they came: gRPC's rules hold for them, not HTTP's parsers.</summary>
internal static class ResponseHead
{
    /// <summary>The status of a response that will bring no message: a trailers-only answer, or no gRPC at all. Null if messages may follow.</summary>
    public static Status? Refusal(HttpResponseMessage response)
    {
        if (ReadStatus(response.Headers) is { } status)
        {
            return status.StatusCode == StatusCode.OK && response.StatusCode != HttpStatusCode.OK ? FromHttp(response.StatusCode) : status;
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            return FromHttp(response.StatusCode);
        }

        return First(response.Content.Headers, "content-type") is { } contentType && HeaderName.IsGrpc(contentType)
            ? null
            : new Status(StatusCode.Unknown, "The response's content-type is not application/grpc.");
    }

    /// <summary>The encoding of the messages to come.</summary>
    /// <exception cref="RpcException">INTERNAL: one that was not offered (compression.md).</exception>
    public static string? Encoding(HttpResponseMessage response) => First(response.Headers, HeaderName.Encoding) switch
    {
        null or HeaderName.Identity => null,
        HeaderName.Gzip => HeaderName.Gzip,
        _ => throw new RpcException(new Status(StatusCode.Internal, "The response has a grpc-encoding that was not offered.")),
    };

    /// <summary>The status in headers or trailers, or null.</summary>
    public static Status? ReadStatus(HttpResponseHeaders headers) => First(headers, HeaderName.Status) is { } number
        ? new Status(StatusNumber.Decode(number), StatusMessage.Decode(First(headers, HeaderName.Message) ?? string.Empty))
        : null;

    /// <summary>Everything that is not the protocol's own.</summary>
    public static Metadata ReadMetadata(HttpResponseHeaders headers) => FindMetadata(headers) ?? [];

    /// <summary>The same; null if there is nothing, as in most trailers.</summary>
    public static Metadata? FindMetadata(HttpResponseHeaders headers)
    {
        Metadata? metadata = null;
        foreach (var (name, values) in headers.NonValidated)
        {
            if (MetadataValue.IsReserved(name))
            {
                continue;
            }

            metadata ??= [];
            foreach (var value in values)
            {
                MetadataValue.Decode(metadata, name, value);
            }
        }

        return metadata;
    }

    /// <summary>What an answer that is not gRPC's means (http-grpc-status-mapping.md).</summary>
    private static Status FromHttp(HttpStatusCode http)
    {
        var code = http switch
        {
            HttpStatusCode.BadRequest => StatusCode.Internal,
            HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
            HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
            HttpStatusCode.NotFound => StatusCode.Unimplemented,
            HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
                => StatusCode.Unavailable,
            _ => StatusCode.Unknown,
        };
        return new Status(code, $"Bad gRPC response. HTTP status code: {(int)http}");
    }

    private static string? First(HttpHeaders headers, string name)
    {
        if (headers.NonValidated.TryGetValues(name, out var values))
        {
            foreach (var value in values)
            {
                return value;
            }
        }

        return null;
    }
}
