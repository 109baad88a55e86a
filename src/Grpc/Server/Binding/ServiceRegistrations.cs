using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Binding;

/// <summary>Which services are singletons. The container itself does not tell, and asking it would make a transient one.</summary>
internal sealed class ServiceRegistrations(IServiceCollection services)
{
    public bool IsSingleton(Type service) =>
        services.LastOrDefault(descriptor => descriptor.ServiceType == service && !descriptor.IsKeyedService)?.Lifetime == ServiceLifetime.Singleton;
}
