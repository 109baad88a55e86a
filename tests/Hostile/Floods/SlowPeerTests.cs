using Exchange.Hostile.Tests.Http2;
using Exchange.Hostile.Tests.Mutations;
using Exchange.Hostile.Tests.Protos;
using Exchange.Hostile.Tests.Requests;
using Exchange.Hostile.Tests.Targets;
using Google.Protobuf;
using Xunit.Abstractions;

namespace Exchange.Hostile.Tests.Floods;

/// <summary>Peers that take their time: whoever does not read, and whoever writes a byte now and then.</summary>
public sealed class SlowPeerTests(ITestOutputHelper output)
{
    private const int Readers = 50;
    private const int MessageBytes = 64 * 1024;

    [Fact]
    public async Task A_handler_waits_for_a_reader_that_does_not_read_and_is_let_go_with_it()
    {
        await using var server = await TargetServer.StartAsync();
        var (written, ended) = (0L, 0);
        server.Service.OnListen = async (_, responses, context) =>
        {
            try
            {
                while (true)
                {
                    await responses.WriteAsync(new Hit { Payload = ByteString.CopyFrom(new byte[MessageBytes]) });
                    Interlocked.Increment(ref written);
                }
            }
            finally
            {
                Interlocked.Increment(ref ended);
            }
        };
        var witness = new Witness(server.OpenChannel());
        await witness.IsServedAsync();
        var before = MemoryGauge.Read();

        var readers = new List<RawConnection>();
        for (var reader = 0; reader < Readers; reader++)
        {
            // The window is what HTTP/2 begins with, and is never opened again.
            var connection = await RawConnection.OpenAsync(server.EndPoint);
            readers.Add(connection);
            await connection.SendAsync((byte[])
            [
                .. RawConnection.Preface, .. Frame.Settings().ToBytes(),
                .. Frame.Headers(1, HeaderBlock.Encode(HeaderMutator.Proper(CallFrames.Service + "Listen"))).ToBytes(),
                .. Frame.Data(1, MessageMutator.Prefixed([]), end: true).ToBytes(),
            ]);
        }

        await Eventually.HoldsAsync(() => server.Service.Running >= Readers, () => $"{server.Service.Running} handlers");
        await witness.IsServedAsync(20);
        var (during, waiting) = (MemoryGauge.Read(), Interlocked.Read(ref written));

        // A window holds one message and no more; the buffer behind it the next.
        waiting.ShouldBeLessThanOrEqualTo(4L * Readers);
        (during.Heap - before.Heap).ShouldBeLessThan(Readers * 16L * MessageBytes);

        if (HostileSettings.IsLong)
        {
            // Who takes nothing is ended by the minimum rate, without doing anything for it: in about forty seconds, so not by default.
            await Eventually.HoldsAsync(() => Volatile.Read(ref ended) == Readers, () => $"{Volatile.Read(ref ended)} handlers of {Readers} were let go");
        }

        output.WriteLine($"{Readers} readers that do not read: {waiting} messages of {MessageBytes / 1024} KiB written; witness answered {witness.Answered} times; {before}; then {during}");
        foreach (var connection in readers)
        {
            await connection.DisposeAsync();
        }

        await Eventually.HoldsAsync(() => Volatile.Read(ref ended) == Readers, () => $"{Volatile.Read(ref ended)} handlers of {Readers} were let go");
        await witness.DisposeAsync();
        await server.IsQuietAsync();
    }

    [Fact]
    public async Task A_request_that_drips_is_ended_by_the_minimum_rate()
    {
        const int Writers = 50;
        await using var server = await TargetServer.StartAsync();
        var witness = new Witness(server.OpenChannel());
        await witness.IsServedAsync();
        var body = MessageMutator.Prefixed(new Shot { Payload = ByteString.CopyFrom(new byte[10_000]) }.ToByteArray());

        var sent = await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => DripAsync(server, body)));

        // One byte a second would take hours.
        sent.Max().ShouldBeLessThan((int)HostileSettings.Hang.TotalSeconds);
        await witness.IsServedAsync();
        output.WriteLine($"{Writers} writers were ended after {sent.Min()} to {sent.Max()} bytes of {body.Length}; witness answered {witness.Answered} times; {MemoryGauge.Read()}");
        await witness.DisposeAsync();
        await server.IsQuietAsync();
        server.Service.Served.ShouldBe(witness.Answered);
    }

    /// <summary>Sends a byte a second until the server has had enough; how many it took.</summary>
    private static async Task<int> DripAsync(TargetServer server, byte[] body)
    {
        await using var connection = await RawConnection.OpenAsync(server.EndPoint);
        var hearing = new Hearing(connection);
        await connection.SendAsync(RawConnection.Greeting);
        await connection.SendAsync(Frame.Headers(1, HeaderBlock.Encode(HeaderMutator.Proper(CallFrames.Service + "Ask"))));
        var listening = hearing.UntilAsync(heard => heard.On(1).IsOver);
        var sent = 0;
        while (sent < HostileSettings.Hang.TotalSeconds && !listening.IsCompleted && await connection.TrySendAsync(Frame.Data(1, [body[sent]]).ToBytes()))
        {
            sent++;
            await Task.WhenAny(listening, Task.Delay(TimeSpan.FromSeconds(1)));
        }

        await listening.WaitAsync(HostileSettings.Hang);
        return sent;
    }
}
