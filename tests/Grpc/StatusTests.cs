using Exchange.Grpc.Tests.Protos;
using Grpc.Core;
using Grpc.Core.Wire;

namespace Exchange.Grpc.Tests;

/// <summary>How calls end (PROTOCOL-HTTP2.md, "Responses").</summary>
public sealed class StatusTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task An_RpcException_is_the_answer_with_its_trailers()
    {
        byte[] details = [0, 1, 2, 254, 255];
        _server.Service.OnAsk = (_, context) =>
        {
            context.ResponseTrailers.Add("own", "trailer");
            throw new RpcException(new Status(StatusCode.NotFound, "not here"), new Metadata { { "grpc-status-details-bin", details } });
        };

        var failure = await FailAsync();

        failure.Status.ShouldBe(new Status(StatusCode.NotFound, "not here"));
        failure.Trailers.GetValueBytes("grpc-status-details-bin").ShouldBe(details);
        failure.Trailers.GetValue("own").ShouldBe("trailer");
    }

    [Fact]
    public async Task A_refusal_before_any_message_is_trailers_only()
    {
        _server.Service.OnAsk = (_, _) => throw new RpcException(new Status(StatusCode.NotFound, "not here"), new Metadata { { "x", "y" } });

        var answer = await _server.Http().AnswerAsync(RawCalls.Request(RawCalls.AskPath, RawCalls.Frame([])));

        (answer.Code, answer.TrailersOnly, answer.Body.Length).ShouldBe((StatusCode.NotFound, true, 0));
    }

    [Fact]
    public async Task A_handler_that_throws_answers_UNKNOWN_without_its_message()
    {
        _server.Service.OnAsk = (_, _) => throw new InvalidOperationException("secret of a citizen");

        var failure = await FailAsync();

        failure.StatusCode.ShouldBe(StatusCode.Unknown);
        failure.Status.Detail.ShouldBe("Exception was thrown by handler.");
        _server.Log.Lines.ShouldContain(line => line.StartsWith("GrpcHandlerFailed:") && line.Contains("System.InvalidOperationException at Exchange.Grpc.Tests."));
        _server.Log.Lines.ShouldNotContain(line => line.Contains("secret"));
    }

    [Fact]
    public async Task Detailed_errors_are_for_those_who_ask_for_them()
    {
        await using var detailed = await TestServer.StartAsync(options => options.EnableDetailedErrors = true);
        detailed.Service.OnAsk = (_, _) => throw new InvalidOperationException("a hint");

        var failure = await Should.ThrowAsync<RpcException>(async () => await detailed.Client.AskAsync(new EchoRequest()));

        failure.Status.Detail.ShouldBe("Exception was thrown by handler. InvalidOperationException: a hint");
    }

    [Fact]
    public async Task A_status_that_the_handler_sets_is_the_answer()
    {
        _server.Service.OnAsk = (_, context) =>
        {
            context.Status = new Status(StatusCode.FailedPrecondition, "set");
            return Task.FromResult(new EchoResponse());
        };

        (await FailAsync()).Status.ShouldBe(new Status(StatusCode.FailedPrecondition, "set"));
    }

    [Theory]
    [InlineData("100% plain")]
    [InlineData("ünïcödé – отказано – 拒否 – 🙈")]
    [InlineData("\t\r\nlines\0 and \u007f control")]
    [InlineData("%41 is not an A")]
    [InlineData("")]
    public async Task A_message_of_any_Unicode_arrives_as_it_was(string message)
    {
        _server.Service.OnAsk = (_, _) => throw new RpcException(new Status(StatusCode.Aborted, message));

        (await FailAsync()).Status.Detail.ShouldBe(message);
    }

    [Fact]
    public void Every_character_of_Unicode_is_encoded_as_printable_ASCII_and_read_back()
    {
        var text = new System.Text.StringBuilder();
        for (var point = 0; point <= 0x10FFFF; point++)
        {
            if (System.Text.Rune.IsValid(point))
            {
                text.Append(new System.Text.Rune(point));
            }
        }

        var encoded = StatusMessage.Encode(text.ToString());

        encoded.AsSpan().ContainsAnyExceptInRange(' ', '~').ShouldBeFalse();
        string.Equals(StatusMessage.Decode(encoded), text.ToString(), StringComparison.Ordinal).ShouldBeTrue();
    }

    [Theory]
    [InlineData("%", "%")]
    [InlineData("%4", "%4")]
    [InlineData("%zz", "%zz")]
    [InlineData("%4g%41", "%4gA")]
    [InlineData("%%41", "%A")]
    [InlineData("100%", "100%")]
    [InlineData("%e2%82%ac %E2%82%AC", "€ €")]
    [InlineData("%E2%82", "\uFFFD")]
    [InlineData("%FF", "\uFFFD")]
    public void A_broken_escape_stays_as_it_is_and_broken_UTF_8_is_replaced(string encoded, string expected) => StatusMessage.Decode(encoded).ShouldBe(expected);

    [Fact]
    public void Half_a_character_is_sent_as_the_replacement_character() => StatusMessage.Encode("a\uD83D").ShouldBe("a%EF%BF%BD");

    [Fact]
    public async Task Every_status_code_arrives_as_it_was()
    {
        foreach (var code in Enum.GetValues<StatusCode>().Where(code => code != StatusCode.OK))
        {
            _server.Service.OnAsk = (_, _) => throw new RpcException(new Status(code, "because"));

            (await FailAsync()).StatusCode.ShouldBe(code);
        }
    }

    [Fact]
    public async Task A_method_that_the_service_did_not_override_is_unimplemented() =>
        (await Should.ThrowAsync<RpcException>(async () => await _server.Client.ForgottenAsync(new EchoRequest()))).StatusCode.ShouldBe(StatusCode.Unimplemented);

    [Fact]
    public async Task A_handler_that_returns_nothing_answers_INTERNAL()
    {
        _server.Service.OnAsk = (_, _) => Task.FromResult<EchoResponse>(null!);

        (await FailAsync()).StatusCode.ShouldBe(StatusCode.Internal);
    }

    [Fact]
    public async Task Trailers_of_a_success_arrive()
    {
        _server.Service.OnAsk = (_, context) =>
        {
            context.ResponseTrailers.Add("cost", "3");
            return Task.FromResult(new EchoResponse());
        };
        using var call = _server.Client.AskAsync(new EchoRequest());

        await call;

        call.GetTrailers().GetValue("cost").ShouldBe("3");
    }

    [Fact]
    public async Task A_failure_may_carry_the_calls_own_trailers()
    {
        _server.Service.OnAsk = (_, context) =>
        {
            context.ResponseTrailers.Add("cost", "3");
            throw new RpcException(new Status(StatusCode.NotFound, "nothing"), context.ResponseTrailers);
        };

        var failure = await FailAsync();

        failure.StatusCode.ShouldBe(StatusCode.NotFound);
        failure.Trailers.GetAll("cost").Select(entry => entry.Value).ShouldBe(["3"]);
    }

    [Fact]
    public async Task Status_and_trailers_are_not_there_before_the_end()
    {
        var gate = new TaskCompletionSource<EchoResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Service.OnAsk = (_, _) => gate.Task;
        using var call = _server.Client.AskAsync(new EchoRequest());

        Should.Throw<InvalidOperationException>(() => call.GetStatus());
        Should.Throw<InvalidOperationException>(() => call.GetTrailers());

        gate.SetResult(new EchoResponse());
        await call;
    }

    private Task<RpcException> FailAsync() => Should.ThrowAsync<RpcException>(async () => await _server.Client.AskAsync(new EchoRequest()));
}
