using Exchange.Benches.Load.Protos;
using Grpc.Core;

namespace Exchange.Benches.Load.Servers;

/// <summary>The echo on the gRPC runtime, as generated stubs have it.</summary>
internal sealed class StubEcho : GeneratedEcho.GeneratedEchoBase
{
    public override Task<EchoMessage> Ask(EchoMessage request, ServerCallContext context) => Task.FromResult(request);
}
