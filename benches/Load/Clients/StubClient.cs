using Exchange.Benches.Load.Protos;
using Google.Protobuf;
using Grpc.Net.Client;

namespace Exchange.Benches.Load.Clients;

/// <summary>The client on the gRPC runtime, as generated stubs have it: unary calls alone.</summary>
internal sealed class StubClient : IEchoClient
{
    private readonly GrpcChannel _channel;
    private readonly GeneratedEcho.GeneratedEchoClient _echo;

    public StubClient(Uri server, SocketsHttpHandler handler)
    {
        _channel = RuntimeClient.Open(server, handler);
        _echo = new GeneratedEcho.GeneratedEchoClient(_channel);
    }

    public async Task AskAsync(byte[] message)
    {
        using var call = _echo.AskAsync(new EchoMessage { Payload = UnsafeByteOperations.UnsafeWrap(message) });
        var answer = await call;
        if (!answer.Payload.Span.SequenceEqual(message))
        {
            throw new InvalidDataException($"The echo of {message.Length} bytes came back as {answer.Payload.Length} other bytes.");
        }
    }

    public Task ListenAsync(byte[] message, int messages) => throw new NotSupportedException();

    public Task TellAsync(byte[] message, int messages) => throw new NotSupportedException();

    public Task TalkAsync(byte[] message, int messages) => throw new NotSupportedException();

    public void Dispose() => _channel.Dispose();
}
