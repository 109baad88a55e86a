using Exchange.Hostile.Tests.Protos;
using Grpc.Core;

namespace Exchange.Hostile.Tests.Targets;

/// <summary>
/// An honest service: looks at everything that a call carries and echoes. It counts its handlers, so that a test sees whether one was left
/// behind.
/// </summary>
public sealed class TargetService : Target.TargetBase
{
    /// <summary>A hostile request does not decide how much is sent.</summary>
    private const int MostTimes = 8;

    private int _running;
    private long _served;
    private long _looked;

    /// <summary>Handlers at work.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Handlers that returned.</summary>
    public long Served => Volatile.Read(ref _served);

    /// <summary>Bytes of metadata that handlers were given, in all.</summary>
    public long Looked => Volatile.Read(ref _looked);

    /// <summary>What Listen does instead of echoing, if a test has set it.</summary>
    public Func<Shot, IServerStreamWriter<Hit>, ServerCallContext, Task>? OnListen { get; set; }

    public override Task<Hit> Ask(Shot request, ServerCallContext context) => RunAsync(context, () => Task.FromResult(Echo(request, 1)));

    public override Task Listen(Shot request, IServerStreamWriter<Hit> responseStream, ServerCallContext context) => RunAsync(context, async () =>
    {
        if (OnListen is { } instead)
        {
            await instead(request, responseStream, context);
            return 0;
        }

        for (var number = 1; number <= Math.Min(request.Times, MostTimes); number++)
        {
            await responseStream.WriteAsync(Echo(request, number));
        }

        return 0;
    });

    public override Task<Hit> Tell(IAsyncStreamReader<Shot> requestStream, ServerCallContext context) => RunAsync(context, async () =>
    {
        var hit = new Hit();
        await foreach (var shot in requestStream.ReadAllAsync())
        {
            hit.Number++;
            hit.Text = shot.Text;
        }

        return hit;
    });

    public override Task Talk(IAsyncStreamReader<Shot> requestStream, IServerStreamWriter<Hit> responseStream, ServerCallContext context) => RunAsync(context, async () =>
    {
        var number = 0;
        await foreach (var shot in requestStream.ReadAllAsync())
        {
            await responseStream.WriteAsync(Echo(shot, ++number));
        }

        return 0;
    });

    private static Hit Echo(Shot shot, int number) => new() { Text = shot.Text, Number = number, Payload = shot.Payload };

    private async Task<T> RunAsync<T>(ServerCallContext context, Func<Task<T>> handler)
    {
        Interlocked.Increment(ref _running);
        try
        {
            Look(context);
            return await handler();
        }
        finally
        {
            Interlocked.Decrement(ref _running);
            Interlocked.Increment(ref _served);
        }
    }

    /// <summary>Reads all that a call says of itself: lazily parsed values are parsed by whoever looks.</summary>
    private void Look(ServerCallContext context)
    {
        long bytes = context.Host.Length + context.Peer.Length + context.Method.Length;
        foreach (var entry in context.RequestHeaders)
        {
            bytes += entry.Key.Length + entry.ValueBytes.Length;
        }

        _ = context.AuthContext.PeerIdentity.Any();
        _ = context.Deadline;
        Interlocked.Add(ref _looked, bytes);
    }
}
