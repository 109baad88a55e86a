using Grpc.Core;

namespace Grpc.AspNetCore.Server;

/// <summary>Metadata of a method's endpoint, for middleware.</summary>
public sealed class GrpcMethodMetadata
{
    /// <summary>From its parts.</summary>
    public GrpcMethodMetadata(Type serviceType, IMethod method)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        ArgumentNullException.ThrowIfNull(method);
        ServiceType = serviceType;
        Method = method;
    }

    /// <summary>The type that implements the service.</summary>
    public Type ServiceType { get; }

    /// <summary>The method.</summary>
    public IMethod Method { get; }
}
