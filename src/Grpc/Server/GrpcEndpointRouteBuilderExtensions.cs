using Grpc.AspNetCore.Server.Binding;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps gRPC services to endpoints.</summary>
public static class GrpcEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps every method of a service. A service that is registered as a singleton is that instance; another is taken from the call's scope,
    /// or made for the call if it is not registered at all.
    /// </summary>
    /// <exception cref="InvalidOperationException">AddGrpc was not called, or the type has no <c>BindServiceMethod</c> attribute.</exception>
    public static GrpcServiceEndpointConventionBuilder MapGrpcService<TService>(this IEndpointRouteBuilder builder)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        var mapper = builder.ServiceProvider.GetService<ServiceMapper>()
            ?? throw new InvalidOperationException("gRPC is not added. Call IServiceCollection.AddGrpc() where services are configured.");
        return new GrpcServiceEndpointConventionBuilder(mapper.Map<TService>(builder));
    }
}
