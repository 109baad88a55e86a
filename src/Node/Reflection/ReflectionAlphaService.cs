using Exchange.Node.Admission;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Reflection.V1Alpha;

namespace Exchange.Node.Reflection;

/// <summary>grpc.reflection.v1alpha, which older tools speak: the same bytes under another name.</summary>
internal sealed class ReflectionAlphaService(ReflectionAnswers answers, Callers callers) : ServerReflection.ServerReflectionBase
{
    /// <inheritdoc/>
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream, IServerStreamWriter<ServerReflectionResponse> responseStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken).ConfigureAwait(false))
        {
            callers.Admit(context);
            var request = global::Grpc.Reflection.V1.ServerReflectionRequest.Parser.ParseFrom(requestStream.Current.ToByteString());
            await responseStream.WriteAsync(ServerReflectionResponse.Parser.ParseFrom(answers.Answer(request).ToByteString())).ConfigureAwait(false);
        }
    }
}
