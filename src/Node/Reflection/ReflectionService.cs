using Exchange.Node.Admission;
using Grpc.Core;
using Grpc.Reflection.V1;

namespace Exchange.Node.Reflection;

/// <summary>grpc.reflection.v1: tools learn the node's services without its .proto files. Any member may ask; each question counts in its quota.</summary>
internal sealed class ReflectionService(ReflectionAnswers answers, Callers callers) : ServerReflection.ServerReflectionBase
{
    /// <inheritdoc/>
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream, IServerStreamWriter<ServerReflectionResponse> responseStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken).ConfigureAwait(false))
        {
            callers.Admit(context);
            await responseStream.WriteAsync(answers.Answer(requestStream.Current)).ConfigureAwait(false);
        }
    }
}
