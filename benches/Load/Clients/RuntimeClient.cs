using Exchange.Benches.Load.Echoes;
using Grpc.Core;
using Grpc.Net.Client;

namespace Exchange.Benches.Load.Clients;

/// <summary>The client on the gRPC runtime.</summary>
internal sealed class RuntimeClient(Uri server, SocketsHttpHandler handler) : IEchoClient
{
    private readonly GrpcChannel _channel = Open(server, handler);
    private CallInvoker? _invoker;

    private CallInvoker Invoker => _invoker ??= _channel.CreateCallInvoker();

    public async Task AskAsync(byte[] message)
    {
        using var call = Invoker.AsyncUnaryCall(EchoMethods.Ask, null, default, message);
        Answer.Check(await call, message);
    }

    public async Task ListenAsync(byte[] message, int messages)
    {
        using var call = Invoker.AsyncServerStreamingCall(EchoMethods.Listen, null, default, message);
        var received = 0;
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            Answer.Check(call.ResponseStream.Current, message);
            received++;
        }

        Answer.Check(received, messages);
    }

    public async Task TellAsync(byte[] message, int messages)
    {
        using var call = Invoker.AsyncClientStreamingCall(EchoMethods.Tell, null, default);
        for (var left = messages; left > 0; left--)
        {
            await call.RequestStream.WriteAsync(message);
        }

        await call.RequestStream.CompleteAsync();
        Answer.Check(await call, message);
    }

    public async Task TalkAsync(byte[] message, int messages)
    {
        using var call = Invoker.AsyncDuplexStreamingCall(EchoMethods.Talk, null, default);
        for (var left = messages; left > 0; left--)
        {
            await call.RequestStream.WriteAsync(message);
            Answer.Check(await call.ResponseStream.MoveNext(CancellationToken.None) ? call.ResponseStream.Current : null, message);
        }

        await call.RequestStream.CompleteAsync();
        if (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            throw new InvalidDataException("An answer came to no message.");
        }
    }

    public void Dispose() => _channel.Dispose();

    internal static GrpcChannel Open(Uri server, SocketsHttpHandler handler) =>
        GrpcChannel.ForAddress(server, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
}
