using System.Text;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Grpc.Tests;

/// <summary>
/// A handler that returns while a read or a write of its own is still under way, as one does that leaves a loop behind. The server uses the
/// objects of a request again: what is under way must end first, or it would read and write in the next call.
/// </summary>
public sealed class StrayUseTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _served = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StrayService _service = new();
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(
        services: services => services.AddSingleton(_service),
        map: app =>
        {
            app.Use(async (http, next) =>
            {
                await next(http);
                _served.TrySetResult();
            });
            app.MapGrpcService<StrayService>();
        });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_write_under_way_does_not_go_into_the_next_call()
    {
        var stray = Task.CompletedTask;
        _service.OnTalk = async (_, responses, _) =>
        {
            stray = Task.Run(() => responses.WriteAsync("stray"));
            await _entered.Task;
        };
        Stray.Serialise = (text, context) =>
        {
            if (text == "stray")
            {
                _entered.TrySetResult();
                _goOn.Task.Wait(Patience);
            }

            context.Complete(Encoding.UTF8.GetBytes(text));
        };
        var channel = _server.Channel();
        var first = TalkAsync(channel.CreateCallInvoker());
        await _entered.Task.WaitAsync(Patience);
        await Task.WhenAny(_served.Task, Task.Delay(500)); // Served by now if nobody waits for the write.

        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _service.OnTalk = async (_, responses, _) =>
        {
            begun.SetResult();
            await stray.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await responses.WriteAsync("own");
        };
        var second = TalkAsync(channel.CreateCallInvoker());
        await begun.Task.WaitAsync(Patience);
        _goOn.SetResult();

        (await second).ShouldBe(["own"]);
        (await first).ShouldBe(["stray"]);
    }

    [Fact]
    public async Task A_read_under_way_keeps_its_message()
    {
        Task<bool> stray = Task.FromResult(false);
        IAsyncStreamReader<string>? kept = null;
        _service.OnTalk = async (requests, _, _) =>
        {
            kept = requests;
            stray = Task.Run(() => requests.MoveNext(CancellationToken.None));
            await _entered.Task;
        };
        Stray.Parse = context =>
        {
            _entered.TrySetResult();
            _goOn.Task.Wait(Patience);
            return Encoding.UTF8.GetString(context.PayloadAsReadOnlySequence());
        };
        var first = TalkAsync(_server.Channel().CreateCallInvoker(), "mine");
        await _entered.Task.WaitAsync(Patience);
        await Task.WhenAny(_served.Task, Task.Delay(500)); // Served by now if nobody waits for the read.

        _goOn.SetResult();

        (await stray.WaitAsync(Patience)).ShouldBeTrue();
        kept!.Current.ShouldBe("mine");
        await first;
    }

    [Fact]
    public async Task A_read_that_waits_ends_with_its_call()
    {
        Task<bool> stray = Task.FromResult(false);
        _service.OnTalk = (requests, _, _) =>
        {
            stray = requests.MoveNext(CancellationToken.None);
            return Task.CompletedTask;
        };
        using var call = _server.Channel().CreateCallInvoker().AsyncDuplexStreamingCall(Stray.Talk, null, default);

        (await call.ResponseStream.MoveNext().WaitAsync(Patience)).ShouldBeFalse();

        await Should.ThrowAsync<OperationCanceledException>(() => stray.WaitAsync(Patience));
    }

    private static async Task<List<string>> TalkAsync(CallInvoker calls, string? request = null)
    {
        using var call = calls.AsyncDuplexStreamingCall(Stray.Talk, null, default);
        if (request is not null)
        {
            await call.RequestStream.WriteAsync(request);
        }

        await call.RequestStream.CompleteAsync();
        List<string> answers = [];
        await foreach (var answer in call.ResponseStream.ReadAllAsync())
        {
            answers.Add(answer);
        }

        return answers;
    }

    /// <summary>Bound by a static method, so the marshallers go by way of fields; tests of a class run one after another.</summary>
    private static class Stray
    {
        public static readonly Method<string, string> Talk = new(MethodType.DuplexStreaming, "stray", "Talk", Marshallers.StringMarshaller, Marshallers.StringMarshaller);

        public static Action<string, SerializationContext> Serialise { get; set; } = (text, context) => context.Complete(Encoding.UTF8.GetBytes(text));

        public static Func<DeserializationContext, string> Parse { get; set; } = context => Encoding.UTF8.GetString(context.PayloadAsReadOnlySequence());

        public static void Bind(ServiceBinderBase binder, StrayBase? service)
        {
            var marshaller = new Marshaller<string>((text, context) => Serialise(text, context), context => Parse(context));
            binder.AddMethod(
                new Method<string, string>(MethodType.DuplexStreaming, Talk.ServiceName, Talk.Name, marshaller, marshaller),
                service is null ? null : new DuplexStreamingServerMethod<string, string>(service.Talk));
        }
    }

    [BindServiceMethod(typeof(Stray), nameof(Stray.Bind))]
    private abstract class StrayBase
    {
        public abstract Task Talk(IAsyncStreamReader<string> requests, IServerStreamWriter<string> responses, ServerCallContext context);
    }

    private sealed class StrayService : StrayBase
    {
        public Func<IAsyncStreamReader<string>, IServerStreamWriter<string>, ServerCallContext, Task> OnTalk { get; set; } = (_, _, _) => Task.CompletedTask;

        public override Task Talk(IAsyncStreamReader<string> requests, IServerStreamWriter<string> responses, ServerCallContext context) => OnTalk(requests, responses, context);
    }
}
