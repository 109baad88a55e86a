using Exchange.Hostile.Tests.Protos;
using Grpc.Core;
using Grpc.Net.Client;

namespace Exchange.Hostile.Tests.Targets;

/// <summary>An honest caller on a connection of its own: while others misbehave, every call of it is answered.</summary>
internal sealed class Witness : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly CancellationTokenSource _end = new();
    private readonly GrpcChannel _channel;
    private readonly Task _calling;
    private int _answered;

    public Witness(GrpcChannel channel)
    {
        _channel = channel;
        _calling = CallAsync(new Target.TargetClient(channel));
    }

    /// <summary>Calls that were answered as they should be.</summary>
    public int Answered => Volatile.Read(ref _answered);

    /// <summary>Waits until some more calls have been answered: the server serves now, whatever else it is busy with.</summary>
    public async Task IsServedAsync(int calls = 5)
    {
        var before = Answered;
        await Eventually.HoldsAsync(() => Answered >= before + calls || _calling.IsCompleted, () => $"the witness was answered {Answered - before} times, not {calls}");
        if (_calling.IsCompleted)
        {
            await _calling;
        }
    }

    /// <summary>Ends; throws what a call was answered with that should have been answered otherwise.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _calling;
        _channel.Dispose();
        _end.Dispose();
    }

    private async Task CallAsync(Target.TargetClient client)
    {
        await Task.Yield();
        var shot = new Shot { Text = "witness" };
        while (!_end.IsCancellationRequested)
        {
            (await client.AskAsync(shot, deadline: TimeProvider.System.GetUtcNow().UtcDateTime + HostileSettings.Hang)).Text.ShouldBe(shot.Text);
            Interlocked.Increment(ref _answered);
            await Task.Delay(Pause);
        }
    }
}
