using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Exchange.Benches.Load.Transfers.Handshakes;

/// <summary>
/// Connects as a member does, and leaves: TCP, a full handshake of TLS 1.3 with certificates on both sides, the client's HTTP/2 preface and
/// SETTINGS, the server's SETTINGS. Those come only from a server that has accepted the client's certificate: in TLS 1.3 the client is done
/// before the server has looked at it.
/// </summary>
internal sealed class Connector(X509Certificate2 own)
{
    private const int FrameHeader = 9;
    private const byte SettingsFrame = 4;

    /// <summary>RFC 9113, 3.4, and an empty SETTINGS frame.</summary>
    private static readonly byte[] Preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, SettingsFrame, 0, 0, 0, 0, 0];

    /// <summary>What the server presents is not judged: the client's side of that work is nobody's here, and every arm is spared it alike.</summary>
    private readonly SslClientAuthenticationOptions _options = new()
    {
        TargetHost = "localhost",
        EnabledSslProtocols = SslProtocols.Tls13,
        AllowTlsResume = false,
        ApplicationProtocols = [SslApplicationProtocol.Http2],
        ClientCertificateContext = SslStreamCertificateContext.Create(own, null, offline: true),
#pragma warning disable CA5359 // See above.
        RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
    };

    /// <summary>One connection, from its first packet to its last.</summary>
    /// <exception cref="IOException">The server did not answer as one of HTTP/2 does.</exception>
    public async Task ConnectAsync(int port, CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellation);
        await using var tls = new SslStream(new NetworkStream(socket, ownsSocket: false));
        await tls.AuthenticateAsClientAsync(_options, cancellation);
        await tls.WriteAsync(Preface, cancellation);
        var header = new byte[FrameHeader];
        await tls.ReadExactlyAsync(header, cancellation);
        if (header[3] != SettingsFrame)
        {
            throw new IOException($"A frame of type {header[3]} and {BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(1))} bytes came before the server's SETTINGS.");
        }

        // Read to the end of it: a socket that is closed with bytes unread resets the connection, which a server counts as a fault.
        await tls.ReadExactlyAsync(new byte[(header[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(1))], cancellation);
        await tls.ShutdownAsync();
    }
}
