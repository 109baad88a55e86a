using System.Net.Sockets;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>
/// What a handler may ask about its call: who calls what, with which metadata, over which connection. What it asks for the first time after the
/// call it does not get: the server uses the objects of a request again, and would show it the next call, which may be another member's.
/// </summary>
internal abstract class CallFacts(HttpContext http, IMethod method) : ServerCallContext
{
    private HttpContext? _http = http;
    private Metadata? _requestHeaders;
    private AuthContext? _authContext;

    /// <summary>The request and its response.</summary>
    /// <exception cref="InvalidOperationException">The call has ended.</exception>
    public HttpContext HttpContext => _http ?? throw new InvalidOperationException("The call has ended.");

    /// <summary>Whether the server may be using the request's objects for another call.</summary>
    protected bool HasLeft => _http is null;

    /// <summary>The trailers that the handler asked for; null if it asked for none.</summary>
    protected Metadata? Trailers { get; private set; }

    protected sealed override string MethodCore => method.FullName;

    protected sealed override string HostCore => HttpContext.Request.Host.Value ?? string.Empty;

    protected sealed override string PeerCore => HttpContext.Connection switch
    {
        { RemoteIpAddress: null } => "unknown",
        { RemoteIpAddress.AddressFamily: AddressFamily.InterNetworkV6 } peer => $"ipv6:[{peer.RemoteIpAddress}]:{peer.RemotePort}",
        var peer => $"ipv4:{peer.RemoteIpAddress}:{peer.RemotePort}",
    };

    protected sealed override Metadata RequestHeadersCore => _requestHeaders ??= HeaderMetadata.Read(HttpContext.Request.Headers);

    protected sealed override Metadata ResponseTrailersCore => Trailers ??= [];

    protected sealed override Status StatusCore { get; set; } = Status.DefaultSuccess;

    protected sealed override WriteOptions? WriteOptionsCore { get; set; }

    protected sealed override AuthContext AuthContextCore => _authContext ??= PeerCertificate.Describe(HttpContext.Connection.ClientCertificate);

    /// <summary>Lets go of the request's objects.</summary>
    protected void Leave() => _http = null;

    protected sealed override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("Pass Deadline and CancellationToken to the call instead.");
}
