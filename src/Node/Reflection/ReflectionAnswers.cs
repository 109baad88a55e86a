using Exchange.Annotations.V1;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1;
using Question = Grpc.Reflection.V1.ServerReflectionRequest.MessageRequestOneofCase;

namespace Exchange.Node.Reflection;

/// <summary>Answers the questions of grpc.reflection. What there is not is an answer too, NOT_FOUND, and the stream goes on.</summary>
internal sealed class ReflectionAnswers
{
    private readonly SymbolIndex _index = new(
        [
            V1.Transfers.Descriptor, V1.Consents.Descriptor, V1.Audit.Descriptor, Health.Descriptor,
            ServerReflection.Descriptor, Grpc.Reflection.V1Alpha.ServerReflection.Descriptor,
        ],
        [V1.Refusal.Descriptor.File, StatusReflection.Descriptor, ErrorDetailsReflection.Descriptor, AnnotationsReflection.Descriptor]);

    internal ServerReflectionResponse Answer(ServerReflectionRequest request)
    {
        var response = new ServerReflectionResponse { ValidHost = request.Host, OriginalRequest = request };
        switch (request.MessageRequestCase)
        {
            case Question.FileByFilename:
                Tell(response, _index.FileNamed(request.FileByFilename), $"There is no file '{request.FileByFilename}'.");
                break;
            case Question.FileContainingSymbol:
                Tell(response, _index.FileOfSymbol(request.FileContainingSymbol), $"There is no symbol '{request.FileContainingSymbol}'.");
                break;
            case Question.FileContainingExtension:
                var (type, number) = (request.FileContainingExtension.ContainingType, request.FileContainingExtension.ExtensionNumber);
                Tell(response, _index.FileOfExtension(type, number), $"There is no extension {number} of '{type}'.");
                break;
            case Question.AllExtensionNumbersOfType when _index.ExtensionsOf(request.AllExtensionNumbersOfType) is { } numbers:
                response.AllExtensionNumbersResponse = new ExtensionNumberResponse { BaseTypeName = request.AllExtensionNumbersOfType, ExtensionNumber = { numbers } };
                break;
            case Question.AllExtensionNumbersOfType:
                Refuse(response, StatusCode.NotFound, $"There is no message '{request.AllExtensionNumbersOfType}'.");
                break;
            case Question.ListServices:
                response.ListServicesResponse = new ListServiceResponse { Service = { _index.Services.Select(name => new ServiceResponse { Name = name }) } };
                break;
            default:
                Refuse(response, StatusCode.InvalidArgument, "The request asks nothing that this node knows; its message_request is not set.");
                break;
        }

        return response;
    }

    private static void Tell(ServerReflectionResponse response, FileDescriptor? file, string otherwise)
    {
        if (file is null)
        {
            Refuse(response, StatusCode.NotFound, otherwise);
        }
        else
        {
            response.FileDescriptorResponse = new FileDescriptorResponse { FileDescriptorProto = { SymbolIndex.WithImports(file) } };
        }
    }

    private static void Refuse(ServerReflectionResponse response, StatusCode code, string message) =>
        response.ErrorResponse = new ErrorResponse { ErrorCode = (int)code, ErrorMessage = message };
}
