using Exchange.Grpc.Tests.Protos;
using Grpc.Core;

namespace Exchange.Grpc.Tests;

/// <summary>
/// What a handler keeps of its call after the call. The server uses the objects of a request again for the next one, so a kept context must
/// not show that one: it would be another member's.
/// </summary>
public sealed class KeptContextTests
{
    private const string Key = "caller";

    [Fact]
    public async Task A_context_kept_after_its_call_does_not_show_the_next_call()
    {
        await using var server = await TestServer.StartAsync();
        var client = server.Client;
        ServerCallContext? kept = null;
        List<string> shown = [];
        server.Service.OnAsk = (request, context) =>
        {
            if (kept is not null)
            {
                shown.Add(Show(() => kept.RequestHeaders.GetValue(Key)));
                shown.Add(Show(() => kept.Peer));
                shown.Add(Show(() => kept.Host));
                shown.Add(Show(() => kept.AuthContext.IsPeerAuthenticated));
                shown.Add(Show(() => kept.GetHttpContext().Request.Path));
                kept.CancellationToken.IsCancellationRequested.ShouldBeTrue("work that goes on should end");
                kept.Method.ShouldBe(RawCalls.AskPath);
            }

            kept ??= context;
            return Task.FromResult(new EchoResponse());
        };

        await client.AskAsync(new EchoRequest(), new Metadata { { Key, "first" } });
        await client.AskAsync(new EchoRequest(), new Metadata { { Key, "second" } });

        shown.Count.ShouldBe(5);
        shown.ShouldAllBe(what => what == "ended");
    }

    [Fact]
    public async Task What_a_handler_read_during_its_call_stays()
    {
        await using var server = await TestServer.StartAsync();
        ServerCallContext? kept = null;
        server.Service.OnAsk = (request, context) =>
        {
            _ = context.RequestHeaders;
            kept ??= context;
            return Task.FromResult(new EchoResponse());
        };

        await server.Client.AskAsync(new EchoRequest(), new Metadata { { Key, "first" } });
        await server.Client.AskAsync(new EchoRequest(), new Metadata { { Key, "second" } });

        kept!.RequestHeaders.GetValue(Key).ShouldBe("first");
    }

    [Fact]
    public async Task Streams_kept_after_their_call_neither_read_nor_write_the_next()
    {
        await using var server = await TestServer.StartAsync();
        var client = server.Client;
        (IAsyncStreamReader<EchoRequest> Requests, IServerStreamWriter<EchoResponse> Responses)? kept = null;
        List<string> shown = [];
        server.Service.OnTalk = async (requests, responses, _) =>
        {
            if (kept is var (oldRequests, oldResponses))
            {
                shown.Add(await ShowAsync(async () => await oldRequests.MoveNext(CancellationToken.None)));
                shown.Add(await ShowAsync(async () => await oldResponses.WriteAsync(new EchoResponse { Text = "stray" })));
            }

            kept ??= (requests, responses);
            while (await requests.MoveNext(CancellationToken.None))
            {
                await responses.WriteAsync(new EchoResponse { Text = requests.Current.Text });
            }
        };

        (await TalkAsync(client, "one")).ShouldBe(["one"]);
        (await TalkAsync(client, "two")).ShouldBe(["two"]);

        shown.ShouldBe(["ended", "ended"]);
    }

    private static async Task<IReadOnlyList<string>> TalkAsync(Echo.EchoClient client, string text)
    {
        using var call = client.Talk();
        await call.RequestStream.WriteAsync(new EchoRequest { Text = text });
        await call.RequestStream.CompleteAsync();
        List<string> answers = [];
        await foreach (var answer in call.ResponseStream.ReadAllAsync())
        {
            answers.Add(answer.Text);
        }

        return answers;
    }

    private static string Show<T>(Func<T> read)
    {
        try
        {
            return $"{read()}";
        }
        catch (InvalidOperationException)
        {
            return "ended";
        }
    }

    private static async Task<string> ShowAsync(Func<Task> use)
    {
        try
        {
            await use();
            return "used";
        }
        catch (InvalidOperationException)
        {
            return "ended";
        }
    }
}
