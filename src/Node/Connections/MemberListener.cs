using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Exchange.Node.Identity;
using Exchange.Node.Snapshots;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Exchange.Node.Connections;

/// <summary>The two doors: mutual TLS 1.3 and HTTP/2 for members, plain HTTP on loopback for the operator's probes.</summary>
internal sealed class MemberListener(
    NodeConfiguration configuration, SnapshotHolder snapshots, OpenConnections connections, X509Certificate2 certificate, TimeProvider clock)
{
    private readonly NodeLimits _limits = configuration.Limits;
    private readonly ClientHandshake _handshake = new(snapshots, clock);

    internal void Configure(KestrelServerOptions kestrel, int maximumRequestBytes)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = _limits.Connections;
        kestrel.Limits.Http2.MaxStreamsPerConnection = _limits.StreamsPerConnection;
        kestrel.Limits.Http2.KeepAlivePingDelay = _limits.PingDelay;
        kestrel.Limits.Http2.KeepAlivePingTimeout = _limits.PingTimeout;
        kestrel.Limits.MaxRequestBodySize = maximumRequestBytes + 5;
        kestrel.Listen(configuration.Listen, ServeMembers);
        kestrel.Listen(configuration.Operations, listener => listener.Protocols = HttpProtocols.Http1);
    }

    /// <summary>Keeps hold of the members' listening socket, so that it can be closed ahead of the server.</summary>
    internal void Configure(SocketTransportOptions sockets) => sockets.CreateBoundListenSocket = endpoint =>
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        return endpoint.Equals(configuration.Listen) ? connections.Through(socket) : socket;
    };

    private void ServeMembers(ListenOptions listener)
    {
        listener.Protocols = HttpProtocols.Http2;
        listener.UseHttps(https =>
        {
            https.ServerCertificate = certificate;
            https.SslProtocols = SslProtocols.Tls13;
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = _handshake.Accepts;
            https.OnAuthenticate = static (_, options) => options.AllowTlsResume = false;
        });

        // Once a connection, before its first call: who is there, and how long it may stay.
        listener.Use(next => async connection =>
        {
            var presented = connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate;
            if (MemberConnection.From(presented, snapshots) is { } member)
            {
                connection.Features.Set(member);
            }

            await connections.ServeAsync(connection, next).ConfigureAwait(false);
        });
    }
}
