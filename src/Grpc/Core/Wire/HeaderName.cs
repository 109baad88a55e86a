namespace Grpc.Core.Wire;

/// <summary>The header names and values of the protocol (PROTOCOL-HTTP2.md, "Requests" and "Responses").</summary>
internal static class HeaderName
{
    public const string Te = "te";
    public const string Trailers = "trailers";
    public const string UserAgent = "user-agent";
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";

    /// <summary>Metadata by which a caller asks that its request messages be compressed; it never travels.</summary>
    public const string RequestEncoding = "grpc-internal-encoding-request";

    public const string Identity = "identity";
    public const string Gzip = "gzip";
    public const string Accepted = "identity,gzip";

    public const string ContentType = "application/grpc";

    /// <summary>Whether a content type is <c>application/grpc</c>, <c>application/grpc+proto</c> or another of its kinds; grpc-web is none.</summary>
    public static bool IsGrpc(ReadOnlySpan<char> contentType) =>
        contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == ContentType.Length || contentType[ContentType.Length] is '+' or ';' or ' ');
}
