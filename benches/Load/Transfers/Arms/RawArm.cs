using System.Collections.Concurrent;
using Exchange.Benches.Load.Rounds;
using Exchange.Benches.Load.Transfers.Servers;
using Grpc.Core;
using Grpc.Net.Client;

namespace Exchange.Benches.Load.Transfers.Arms;

/// <summary>One way to the data, asked by the client that leaves the answer closed.</summary>
/// <param name="name">What the table calls it.</param>
/// <param name="processes">Through which its calls go, the provider last.</param>
/// <param name="channel">To the first of them; owned.</param>
/// <param name="method">What is called.</param>
/// <param name="question">The request about the n-th customer of a size.</param>
/// <param name="check">Throws unless an answer of a size about the n-th customer can be one.</param>
internal sealed class RawArm(
    string name,
    IReadOnlyList<IMeasuredProcess> processes,
    GrpcChannel channel,
    Method<byte[], PooledMessage> method,
    Func<int, int, byte[]> question,
    RawArm.Check check) : IArm, IDisposable
{
    /// <summary>A request is good for ten minutes; it is written anew long before.</summary>
    private const long QuestionLifeMilliseconds = 60_000;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly CallInvoker _invoker = channel.CreateCallInvoker();
    private readonly ConcurrentDictionary<(int Size, int Number), (byte[] Message, long Written)> _questions = new();

    internal delegate void Check(ReadOnlySpan<byte> answer, int size, int number);

    public string Name => name;

    public IReadOnlyList<IMeasuredProcess> Processes => processes;

    public bool Offers(CallKind kind) => kind == CallKind.Unary;

    public async Task CallAsync(int worker, Workload workload, byte[] message)
    {
        var number = worker % Worlds.BenchOrders.CustomersOfEach;
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime + Deadline;
        using var call = _invoker.AsyncUnaryCall(method, null, new CallOptions(deadline: deadline), Question(workload.PayloadBytes, number));
        using var answer = await call;
        check(answer.Bytes, workload.PayloadBytes, number);
    }

    public void Dispose() => channel.Dispose();

    private byte[] Question(int size, int number)
    {
        var now = Environment.TickCount64;
        if (_questions.TryGetValue((size, number), out var known) && now - known.Written < QuestionLifeMilliseconds)
        {
            return known.Message;
        }

        var written = question(size, number);
        _questions[(size, number)] = (written, now);
        return written;
    }
}
