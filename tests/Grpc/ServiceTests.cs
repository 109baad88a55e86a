using Exchange.Grpc.Tests.Protos;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Grpc.Tests;

/// <summary>Where a call's service comes from, and what its endpoints tell.</summary>
public sealed class ServiceTests
{
    [Fact]
    public async Task A_singleton_serves_every_call()
    {
        var counter = new Instances();
        await using var server = await StartAsync(services => services.AddSingleton(counter).AddSingleton<CountedService>());

        await AskAsync(server, 3);

        (counter.Made, counter.Disposed).ShouldBe((1, 0));
    }

    [Fact]
    public async Task A_scoped_service_is_the_calls_own()
    {
        var counter = new Instances();
        await using var server = await StartAsync(services => services.AddSingleton(counter).AddScoped<CountedService>());

        await AskAsync(server, 3);

        counter.Made.ShouldBe(3);
    }

    [Fact]
    public async Task A_service_that_is_not_registered_is_made_for_the_call_and_disposed()
    {
        var counter = new Instances();
        await using var server = await StartAsync(services => services.AddSingleton(counter));

        await AskAsync(server, 3);
        await server.DisposeAsync(); // The last disposal follows the answer.

        (counter.Made, counter.Disposed).ShouldBe((3, 3));
    }

    [Fact]
    public async Task An_endpoint_tells_middleware_its_method()
    {
        GrpcMethodMetadata? seen = null;
        await using var server = await TestServer.StartAsync();
        server.Service.OnAsk = (_, context) =>
        {
            seen = context.GetHttpContext().GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>();
            return Task.FromResult(new EchoResponse());
        };

        await server.Client.AskAsync(new EchoRequest());

        seen.ShouldNotBeNull();
        (seen.ServiceType, seen.Method.FullName, seen.Method.Type).ShouldBe((typeof(EchoService), RawCalls.AskPath, MethodType.Unary));
    }

    [Fact]
    public async Task Mapping_a_type_that_is_no_service_is_an_error() =>
        (await Should.ThrowAsync<InvalidOperationException>(() => TestServer.StartAsync(map: app => app.MapGrpcService<Instances>())))
            .Message.ShouldContain("[BindServiceMethod]");

    /// <summary>The packages look for public methods only; what works here must work there.</summary>
    [Fact]
    public async Task A_bind_method_or_a_handler_that_is_not_public_is_an_error()
    {
        (await Should.ThrowAsync<InvalidOperationException>(() => TestServer.StartAsync(map: app => app.MapGrpcService<HiddenBinding>()))).Message.ShouldContain("public");
        (await Should.ThrowAsync<InvalidOperationException>(() => TestServer.StartAsync(map: app => app.MapGrpcService<HiddenHandler>()))).Message.ShouldContain("public");
    }

    [Fact]
    public void Mapping_without_AddGrpc_is_an_error()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        var app = builder.Build();

        Should.Throw<InvalidOperationException>(() => app.MapGrpcService<EchoService>()).Message.ShouldContain("AddGrpc");
    }

    [Fact]
    public async Task A_definition_gives_its_methods_to_a_binder_and_refuses_doubles()
    {
        var method = RawCalls.Method("a", "B");
        UnaryServerMethod<string, string> handler = (request, _) => Task.FromResult(request);
        var definition = ServerServiceDefinition.CreateBuilder().AddMethod(method, handler).Build();
        var binder = new RecordingBinder();

        definition.BindService(binder);

        binder.Names.ShouldBe(["/a/B"]);
        (await handler("x", null!)).ShouldBe("x");
        Should.Throw<ArgumentException>(() => ServerServiceDefinition.CreateBuilder().AddMethod(method, handler).AddMethod(method, handler));
    }

    private static Task<TestServer> StartAsync(Action<IServiceCollection> services) =>
        TestServer.StartAsync(services: services, map: app => app.MapGrpcService<CountedService>());

    private static async Task AskAsync(TestServer server, int times)
    {
        for (var call = 0; call < times; call++)
        {
            (await server.Channel().AskAsync("counted", "Ask", "hello")).ShouldBe("hello");
        }
    }

    private sealed class Instances
    {
        private int _made;
        private int _disposed;

        public int Made => _made;

        public int Disposed => _disposed;

        public void Make() => Interlocked.Increment(ref _made);

        public void Dispose() => Interlocked.Increment(ref _disposed);
    }

    [BindServiceMethod(typeof(CountedBase), nameof(Bind))]
    private abstract class CountedBase
    {
        public static void Bind(ServiceBinderBase binder, CountedBase? service) =>
            binder.AddMethod(RawCalls.Method("counted", "Ask"), service is null ? null : new UnaryServerMethod<string, string>(service.Ask));

        public virtual Task<string> Ask(string request, ServerCallContext context) => throw new RpcException(new Status(StatusCode.Unimplemented, string.Empty));
    }

    private sealed class CountedService : CountedBase, IAsyncDisposable
    {
        private readonly Instances _instances;

        public CountedService(Instances instances)
        {
            _instances = instances;
            instances.Make();
        }

        public override Task<string> Ask(string request, ServerCallContext context) => Task.FromResult(request);

        public ValueTask DisposeAsync()
        {
            _instances.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    [BindServiceMethod(typeof(HiddenBinding), nameof(Bind))]
    private sealed class HiddenBinding : CountedBase
    {
        internal static new void Bind(ServiceBinderBase binder, CountedBase? service) => CountedBase.Bind(binder, service);
    }

    [BindServiceMethod(typeof(HiddenHandler), nameof(Bind))]
    private sealed class HiddenHandler
    {
        public static void Bind(ServiceBinderBase binder, HiddenHandler? service) =>
            binder.AddMethod(RawCalls.Method("hidden", "Ask"), service is null ? null : new UnaryServerMethod<string, string>(service.Ask));

        internal Task<string> Ask(string request, ServerCallContext context) => Task.FromResult(request);
    }

    private sealed class RecordingBinder : ServiceBinderBase
    {
        public List<string> Names { get; } = [];

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
            Names.Add(method.FullName);
    }
}
