using System.Buffers;
using System.Text;
using Grpc.Core;
using Grpc.Core.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Grpc.Tests;

/// <summary>Hand-written services and marshallers: every way of writing and reading a message.</summary>
public sealed class MarshallerTests
{
    private const string Text = "a message of some length";

    public static TheoryData<string, Action<string, SerializationContext>> Writers => new()
    {
        { "whole array", (text, context) => context.Complete(Encoding.UTF8.GetBytes(text)) },
        { "announced", (text, context) => Write(text, context, announce: true) },
        { "not announced", (text, context) => Write(text, context, announce: false) },
        { "byte by byte", (text, context) =>
            {
                context.SetPayloadLength(text.Length);
                var writer = context.GetBufferWriter();
                foreach (var octet in Encoding.UTF8.GetBytes(text))
                {
                    writer.GetSpan(1)[0] = octet;
                    writer.Advance(1);
                }

                context.Complete();
            }
        },
    };

    public static TheoryData<string, Action<string, SerializationContext>> BrokenWriters => new()
    {
        { "throws", (_, _) => throw new FormatException("cannot") },
        { "throws half-way", (_, context) =>
            {
                context.SetPayloadLength(10);
                context.GetBufferWriter().Write("half"u8);
                throw new FormatException("cannot");
            }
        },
        { "does not complete", (_, context) => context.GetBufferWriter().Write("x"u8) },
        { "completes twice", (_, context) =>
            {
                context.Complete([1]);
                context.Complete([2]);
            }
        },
        { "writes less than announced", (_, context) =>
            {
                context.SetPayloadLength(10);
                context.GetBufferWriter().Write("short"u8);
                context.Complete();
            }
        },
        { "writes more than announced", (_, context) =>
            {
                context.SetPayloadLength(1);
                context.GetBufferWriter().Write("long"u8);
                context.Complete();
            }
        },
        { "announces too late", (_, context) =>
            {
                context.GetBufferWriter();
                context.SetPayloadLength(1);
            }
        },
    };

    public static TheoryData<string, Func<DeserializationContext, string>> Readers => new()
    {
        { "new buffer", context => Encoding.UTF8.GetString(context.PayloadAsNewBuffer()) },
        { "sequence", context => Encoding.UTF8.GetString(context.PayloadAsReadOnlySequence()) },
        { "length", context => context.PayloadLength == Text.Length ? Text : string.Empty },
    };

    [Theory]
    [MemberData(nameof(Writers))]
    public async Task Every_way_of_writing_gives_the_same_message(string way, Action<string, SerializationContext> write)
    {
        way.ShouldNotBeEmpty();

        (await EchoAsync(new Marshaller<string>(write, context => Encoding.UTF8.GetString(context.PayloadAsReadOnlySequence())))).ShouldBe(Text);
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task Every_way_of_reading_gives_the_same_message(string way, Func<DeserializationContext, string> read)
    {
        way.ShouldNotBeEmpty();

        (await EchoAsync(new Marshaller<string>((text, context) => Write(text, context, announce: true), read))).ShouldBe(Text);
    }

    [Theory]
    [MemberData(nameof(BrokenWriters))]
    public async Task A_marshaller_that_fails_on_the_server_answers_INTERNAL(string way, Action<string, SerializationContext> write)
    {
        way.ShouldNotBeEmpty();
        var marshaller = new Marshaller<string>(write, context => Encoding.UTF8.GetString(context.PayloadAsNewBuffer()));

        (await Should.ThrowAsync<RpcException>(() => EchoAsync(Marshallers.StringMarshaller, marshaller))).StatusCode.ShouldBe(StatusCode.Internal);
    }

    [Theory]
    [MemberData(nameof(BrokenWriters))]
    public void A_marshaller_that_fails_leaves_nothing_behind(string way, Action<string, SerializationContext> write)
    {
        way.ShouldNotBeEmpty();
        var target = new ArrayBufferWriter<byte>();
        var marshaller = new Marshaller<string>(write, _ => Text);

        if (Record.Exception(() => MessageWriter.Write(target, Text, marshaller, limit: null, compression: null)) is RpcException failure)
        {
            failure.StatusCode.ShouldBe(StatusCode.Internal);
        }

        (target.WrittenCount is 0 or 6).ShouldBeTrue(); // Six: a message that was completed before the mistake.
        MessageWriter.Write(target, Text, Marshallers.StringMarshaller, limit: null, compression: null);
        target.WrittenSpan[^Text.Length..].SequenceEqual(Encoding.UTF8.GetBytes(Text)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_marshaller_that_fails_on_the_client_fails_the_call()
    {
        var failing = new Marshaller<string>((_, _) => throw new FormatException("cannot"), _ => throw new FormatException("cannot"));
        await using var server = await StartAsync(Marshallers.StringMarshaller);
        var invoker = server.Channel().CreateCallInvoker();

        var sending = invoker.AsyncUnaryCall(new Method<string, string>(MethodType.Unary, "hand.Written", "Ask", failing, Marshallers.StringMarshaller), null, default, Text);
        (await Should.ThrowAsync<RpcException>(async () => await sending)).StatusCode.ShouldBe(StatusCode.Internal);
        var receiving = invoker.AsyncUnaryCall(new Method<string, string>(MethodType.Unary, "hand.Written", "Ask", Marshallers.StringMarshaller, failing), null, default, Text);
        (await Should.ThrowAsync<RpcException>(async () => await receiving)).StatusCode.ShouldBe(StatusCode.Internal);
    }

    private static void Write(string text, SerializationContext context, bool announce)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (announce)
        {
            context.SetPayloadLength(bytes.Length);
        }

        context.GetBufferWriter().Write(bytes);
        context.Complete();
    }

    private static Task<string> EchoAsync(Marshaller<string> both) => EchoAsync(both, both);

    private static async Task<string> EchoAsync(Marshaller<string> requests, Marshaller<string> responses)
    {
        await using var server = await StartAsync(responses);
        using var call = server.Channel().CreateCallInvoker().AsyncUnaryCall(
            new Method<string, string>(MethodType.Unary, "hand.Written", "Ask", requests, Marshallers.StringMarshaller), null, default, Text);
        return await call;
    }

    private static Task<TestServer> StartAsync(Marshaller<string> responses)
    {
        // The bind method is static, so the marshaller under test goes by way of a field; tests of a class run one after another.
        HandWritten.Responses = responses;
        return TestServer.StartAsync(services: services => services.AddSingleton(new HandWrittenService()), map: app => app.MapGrpcService<HandWrittenService>());
    }

    /// <summary>What the node does for Fetch: a base class bound by hand.</summary>
    private static class HandWritten
    {
        public static Marshaller<string> Responses { get; set; } = Marshallers.StringMarshaller;

        public static void Bind(ServiceBinderBase binder, HandWrittenBase? service) => binder.AddMethod(
            new Method<string, string>(MethodType.Unary, "hand.Written", "Ask", Marshallers.StringMarshaller, Responses),
            service is null ? null : new UnaryServerMethod<string, string>(service.Ask));
    }

    [BindServiceMethod(typeof(HandWritten), nameof(HandWritten.Bind))]
    private abstract class HandWrittenBase
    {
        public abstract Task<string> Ask(string request, ServerCallContext context);
    }

    private sealed class HandWrittenService : HandWrittenBase
    {
        public override Task<string> Ask(string request, ServerCallContext context) => Task.FromResult(request);
    }
}
