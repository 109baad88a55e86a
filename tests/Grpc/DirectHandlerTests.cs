using System.Reflection;
using Exchange.Grpc.Tests;
using Exchange.Grpc.Tests.Protos;
using Grpc.Net.Client;

[assembly: AssemblyMetadata("Grpc.Net.Client.DirectHandler", "Exchange.Grpc.Tests.SaidToBeDirect")]

namespace Exchange.Grpc.Tests;

/// <summary>Which handlers a channel trusts to let go of a call's token, so that the next call may have it.</summary>
public sealed class DirectHandlerTests
{
    [Fact]
    public async Task A_handler_whose_assembly_says_so_is_direct_and_its_calls_are_calls_as_ever()
    {
        await using var server = await TestServer.StartAsync();
        using var channel = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions { HttpHandler = new SaidToBeDirect(new SocketsHttpHandler()), DisposeHttpClient = true });
        var client = new Echo.EchoClient(channel);

        channel.IsDirect.ShouldBeTrue();
        for (var round = 0; round < 20; round++)
        {
            (await client.AskAsync(new EchoRequest { Text = $"{round}" })).Text.ShouldBe($"{round}");
        }
    }

    [Fact]
    public void Another_handler_of_the_same_assembly_is_not()
    {
        using var channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions { HttpHandler = new SaidNothingOf(new SocketsHttpHandler()), DisposeHttpClient = true });

        channel.IsDirect.ShouldBeFalse();
    }

    private sealed class SaidNothingOf(HttpMessageHandler inner) : DelegatingHandler(inner);
}

/// <summary>Hands on what it gets.</summary>
internal sealed class SaidToBeDirect(HttpMessageHandler inner) : DelegatingHandler(inner);
