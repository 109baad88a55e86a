using System.Collections.Concurrent;
using Exchange.Grpc.Tests.Protos;
using Grpc.Core;

namespace Exchange.Grpc.Tests;

/// <summary>A caller with a thread of its own to which everything returns, as in a window: it may block on a call without blocking the call.</summary>
public sealed class SynchronizationContextTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_thread_that_waits_for_a_call_does_not_hold_it_up()
    {
        await using var server = await TestServer.StartAsync();
        var client = server.Client;

        List<string> Run()
        {
            using var tell = client.Tell();
            Wait(tell.RequestStream.WriteAsync(new EchoRequest { Text = "tell" }));
            Wait(tell.RequestStream.CompleteAsync());
            using var talk = client.Talk();
            Wait(talk.RequestStream.WriteAsync(new EchoRequest { Text = "talk" }));
            Wait(talk.RequestStream.CompleteAsync());
            using var listen = client.Listen(new EchoRequest { Text = "listen", Times = 1 });
            return
            [
                client.Ask(new EchoRequest { Text = "ask" }).Text,
                Wait(client.AskAsync(new EchoRequest { Text = "ask" }).ResponseAsync).Text,
                Wait(tell.ResponseAsync).Text,
                Wait(ReadAsync(talk.ResponseStream)),
                Wait(ReadAsync(listen.ResponseStream)),
            ];
        }

        (await OnOneThreadAsync(Run)).ShouldBe(["ask", "ask", "tell", "talk", "listen"]);
    }

    private static async Task<string> ReadAsync(IAsyncStreamReader<EchoResponse> responses)
    {
        (await responses.MoveNext().ConfigureAwait(false)).ShouldBeTrue();
        var text = responses.Current.Text;
        (await responses.MoveNext().ConfigureAwait(false)).ShouldBeFalse();
        return text;
    }

    private static T Wait<T>(Task<T> task)
    {
        Wait((Task)task);
        return task.Result;
    }

    private static void Wait(Task task) => task.Wait(Patience).ShouldBeTrue("what was posted to the thread that waits cannot run");

    /// <summary>Runs on a thread that takes what is posted to it only when it has nothing else to do: here never.</summary>
    private static Task<T> OnOneThreadAsync<T>(Func<T> run)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(new Posts());
            try
            {
                result.SetResult(run());
            }
            catch (Exception e)
            {
                result.SetException(e);
            }
        }) { IsBackground = true }.Start();
        return result.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private sealed class Posts : SynchronizationContext
    {
        private readonly ConcurrentQueue<SendOrPostCallback> _waiting = [];

        public override void Post(SendOrPostCallback d, object? state) => _waiting.Enqueue(d);
    }
}
