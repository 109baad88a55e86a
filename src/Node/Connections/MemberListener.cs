using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Exchange.Node.Admission;
using Exchange.Node.Identity;
using Exchange.Node.Snapshots;
using Microsoft.AspNetCore.Connections;
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
    private readonly SslStreamCertificateContext _certificate = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);

    internal void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        TransportLimits.Apply(kestrel.Limits, _limits);
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
        listener.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = TimeSpan.FromSeconds(10),
            OnConnection = context => ValueTask.FromResult(Terms(context.Connection)),
        });

        // Once a connection, before its first call: who is there, and how long it may stay.
        listener.Use(next => async connection =>
        {
            var presented = connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate;
            if (connection.Features.Get<ClientHandshake>() is { } handshake && MemberConnection.From(presented, handshake.Registry, snapshots) is { } member)
            {
                connection.Features.Set(member);
            }

            await connections.ServeAsync(connection, next).ConfigureAwait(false);
        });
    }

    private SslServerAuthenticationOptions Terms(ConnectionContext connection)
    {
        // One registry for the whole of a handshake, and remembered: a later one may know another by the same id.
        var handshake = new ClientHandshake(snapshots.Current.Registry, clock);
        connection.Features.Set(handshake);
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = _certificate,
            EnabledSslProtocols = SslProtocols.Tls13,
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = handshake.Accepts,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck, // There are no lists yet; the anchor decides.
            AllowTlsResume = false,
        };
    }
}
