using Exchange.Grpc.Tests.Protos;
using Grpc.Core;

namespace Exchange.Grpc.Tests;

/// <summary>A service whose methods do what the test at hand says; without a word they echo.</summary>
public class EchoService : Echo.EchoBase
{
    public Func<EchoRequest, ServerCallContext, Task<EchoResponse>> OnAsk { get; set; } =
        (request, _) => Task.FromResult(new EchoResponse { Text = request.Text, Payload = request.Payload });

    public Func<EchoRequest, IServerStreamWriter<EchoResponse>, ServerCallContext, Task> OnListen { get; set; } = async (request, responses, _) =>
    {
        for (var number = 1; number <= request.Times; number++)
        {
            await responses.WriteAsync(new EchoResponse { Text = request.Text, Number = number, Payload = request.Payload });
        }
    };

    public Func<IAsyncStreamReader<EchoRequest>, ServerCallContext, Task<EchoResponse>> OnTell { get; set; } = async (requests, _) =>
    {
        var response = new EchoResponse();
        await foreach (var request in requests.ReadAllAsync())
        {
            response.Text += request.Text;
            response.Number++;
        }

        return response;
    };

    public Func<IAsyncStreamReader<EchoRequest>, IServerStreamWriter<EchoResponse>, ServerCallContext, Task> OnTalk { get; set; } =
        async (requests, responses, _) =>
        {
            var number = 0;
            await foreach (var request in requests.ReadAllAsync())
            {
                await responses.WriteAsync(new EchoResponse { Text = request.Text, Number = ++number });
            }
        };

    public override Task<EchoResponse> Ask(EchoRequest request, ServerCallContext context) => OnAsk(request, context);

    public override Task Listen(EchoRequest request, IServerStreamWriter<EchoResponse> responseStream, ServerCallContext context) =>
        OnListen(request, responseStream, context);

    public override Task<EchoResponse> Tell(IAsyncStreamReader<EchoRequest> requestStream, ServerCallContext context) => OnTell(requestStream, context);

    public override Task Talk(IAsyncStreamReader<EchoRequest> requestStream, IServerStreamWriter<EchoResponse> responseStream, ServerCallContext context) =>
        OnTalk(requestStream, responseStream, context);
}
