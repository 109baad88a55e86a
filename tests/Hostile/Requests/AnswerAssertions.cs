using Exchange.Hostile.Tests.Http2;
using Grpc.Core;

namespace Exchange.Hostile.Tests.Requests;

/// <summary>What an answer must be.</summary>
internal static class AnswerAssertions
{
    public static void ShouldBeOk(this Answer answer, int messages)
    {
        answer.ShouldBe(StatusCode.OK);
        answer.Messages.ShouldBe(messages);
    }

    public static void ShouldBe(this Answer answer, StatusCode expected, string? why = null)
    {
        answer.HttpStatus.ShouldBe(200, why);
        ((StatusCode?)answer.GrpcStatus).ShouldBe(expected, why);
    }
}
