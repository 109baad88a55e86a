using Exchange.Annotations.V1;
using Exchange.Cli.Demo.World;
using Exchange.Node.Tests.Worlds;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;
using Alpha = Grpc.Reflection.V1Alpha;

namespace Exchange.Node.Tests.Reflection;

[Collection(SharedWorld.Name)]
public sealed class ReflectionTests(SomeWorld world)
{
    private static readonly string[] Services =
        ["exchange.v1.Audit", "exchange.v1.Consents", "exchange.v1.Transfers", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"];

    [Fact]
    public async Task The_services_are_listed()
    {
        var answer = await AskAsync(new ServerReflectionRequest { Host = "here", ListServices = "*" });

        answer.ListServicesResponse.Service.Select(service => service.Name).ShouldBe(Services);
        answer.ValidHost.ShouldBe("here");
        answer.OriginalRequest.ListServices.ShouldBe("*");
    }

    [Fact]
    public async Task Every_service_can_be_built_from_what_is_told_of_it()
    {
        foreach (var service in Services)
        {
            var files = Files(await AskAsync(new ServerReflectionRequest { FileContainingSymbol = service }));

            files[0].Service.Select(described => $"{files[0].Package}.{described.Name}").ShouldContain(service);
            files.Select(file => file.Name).ShouldBeUnique();
            Build(files).Single(file => file.Name == files[0].Name).Services.ShouldContain(built => built.FullName == service && built.Methods.Count > 0);
        }
    }

    [Theory]
    [InlineData("exchange.v1.Transfers.Fetch", "exchange/v1/transfers.proto")]
    [InlineData("exchange.v1.FetchRequest", "exchange/v1/transfers.proto")]
    [InlineData("exchange.v1.FetchRequest.request_id", "exchange/v1/transfers.proto")]
    [InlineData("grpc.health.v1.HealthCheckResponse.ServingStatus", "grpc/health/v1/health.proto")]
    [InlineData("grpc.health.v1.HealthCheckResponse.SERVING", "grpc/health/v1/health.proto")]
    [InlineData("grpc.reflection.v1.ServerReflectionRequest.message_request", "grpc/reflection/v1/reflection.proto")]
    [InlineData("google.rpc.ErrorInfo", "google/rpc/error_details.proto")]
    [InlineData("exchange.annotations.v1.category", "exchange/annotations/v1/annotations.proto")]
    public async Task A_symbol_leads_to_its_file(string symbol, string file)
    {
        var answer = await AskAsync(new ServerReflectionRequest { FileContainingSymbol = symbol });

        Files(answer)[0].Name.ShouldBe(file);
    }

    [Fact]
    public async Task Extensions_are_found_by_what_they_extend()
    {
        var options = FieldOptions.Descriptor.FullName;

        var numbers = (await AskAsync(new ServerReflectionRequest { AllExtensionNumbersOfType = options })).AllExtensionNumbersResponse;

        numbers.BaseTypeName.ShouldBe(options);
        numbers.ExtensionNumber.ShouldBe([AnnotationsExtensions.Category.FieldNumber, AnnotationsExtensions.Constraint.FieldNumber], ignoreOrder: true);
        foreach (var number in numbers.ExtensionNumber)
        {
            var extension = new ExtensionRequest { ContainingType = options, ExtensionNumber = number };
            Files(await AskAsync(new ServerReflectionRequest { FileContainingExtension = extension }))[0].Name.ShouldBe("exchange/annotations/v1/annotations.proto");
        }
    }

    [Fact]
    public async Task A_file_is_told_with_all_that_it_imports()
    {
        var files = Files(await AskAsync(new ServerReflectionRequest { FileByFilename = "exchange/v1/transfers.proto" }));

        files[0].Name.ShouldBe("exchange/v1/transfers.proto");
        var names = files.Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        files.SelectMany(file => file.Dependency).ShouldAllBe(import => names.Contains(import));
    }

    [Fact]
    public async Task What_there_is_not_is_NOT_FOUND_and_the_stream_goes_on()
    {
        var answers = await AskAllAsync(
            new ServerReflectionRequest { FileByFilename = "no/such.proto" },
            new ServerReflectionRequest { FileContainingSymbol = "no.Such" },
            new ServerReflectionRequest { FileContainingExtension = new ExtensionRequest { ContainingType = "exchange.v1.FetchRequest", ExtensionNumber = 1000 } },
            new ServerReflectionRequest { AllExtensionNumbersOfType = "no.Such" },
            new ServerReflectionRequest(),
            new ServerReflectionRequest { AllExtensionNumbersOfType = "exchange.v1.FetchRequest" });

        answers.Take(4).ShouldAllBe(answer => answer.ErrorResponse.ErrorCode == (int)StatusCode.NotFound);
        answers[4].ErrorResponse.ErrorCode.ShouldBe((int)StatusCode.InvalidArgument);
        answers[5].AllExtensionNumbersResponse.BaseTypeName.ShouldBe("exchange.v1.FetchRequest");
        answers[5].AllExtensionNumbersResponse.ExtensionNumber.ShouldBeEmpty();
    }

    [Fact]
    public async Task Older_tools_get_the_same_answers()
    {
        using var channel = world.OpenChannel(DemoMembers.TaxService);
        using var call = new Alpha.ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new Alpha.ServerReflectionRequest { ListServices = "*" });
        (await call.ResponseStream.MoveNext(CancellationToken.None)).ShouldBeTrue();
        var answer = call.ResponseStream.Current;
        await call.RequestStream.CompleteAsync();

        answer.ToByteString().ShouldBe((await AskAsync(new ServerReflectionRequest { ListServices = "*" })).ToByteString());
    }

    [Fact]
    public async Task Who_is_no_member_is_told_nothing()
    {
        using var channel = world.OpenChannel(DemoMembers.Stranger);
        using var call = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo();
        await Record.ExceptionAsync(() => call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "*" })); // The answer may come first.

        (await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None))).StatusCode.ShouldBe(StatusCode.Unauthenticated);
    }

    private async Task<ServerReflectionResponse> AskAsync(ServerReflectionRequest request) => (await AskAllAsync(request))[0];

    private async Task<List<ServerReflectionResponse>> AskAllAsync(params ServerReflectionRequest[] requests)
    {
        using var channel = world.OpenChannel(DemoMembers.TaxService);
        using var call = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo();
        var answers = new List<ServerReflectionResponse>();
        foreach (var request in requests)
        {
            await call.RequestStream.WriteAsync(request);
            (await call.ResponseStream.MoveNext(CancellationToken.None)).ShouldBeTrue();
            answers.Add(call.ResponseStream.Current);
        }

        await call.RequestStream.CompleteAsync();
        (await call.ResponseStream.MoveNext(CancellationToken.None)).ShouldBeFalse();
        return answers;
    }

    private static List<FileDescriptorProto> Files(ServerReflectionResponse answer) =>
        [.. answer.FileDescriptorResponse.ShouldNotBeNull(answer.ErrorResponse?.ErrorMessage).FileDescriptorProto.Select(FileDescriptorProto.Parser.ParseFrom)];

    /// <summary>Builds descriptors as a tool would: imports first, nothing but what was told.</summary>
    private static IReadOnlyList<FileDescriptor> Build(List<FileDescriptorProto> files)
    {
        var ordered = new List<FileDescriptorProto>();
        var left = new List<FileDescriptorProto>(files);
        while (left.Count > 0)
        {
            var next = left.First(file => file.Dependency.All(import => ordered.Any(done => done.Name == import)));
            ordered.Add(next);
            left.Remove(next);
        }

        return FileDescriptor.BuildFromByteStrings(ordered.Select(file => file.ToByteString()));
    }
}
