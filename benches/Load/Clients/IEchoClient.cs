namespace Exchange.Benches.Load.Clients;

/// <summary>A client of the echo on one connection. Every method checks what comes back.</summary>
internal interface IEchoClient : IDisposable
{
    Task AskAsync(byte[] message);

    /// <summary>Reads a stream of as many messages as the first bytes of the message say.</summary>
    Task ListenAsync(byte[] message, int messages);

    Task TellAsync(byte[] message, int messages);

    Task TalkAsync(byte[] message, int messages);
}
