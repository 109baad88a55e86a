using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Binding;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds gRPC to an application.</summary>
public static class GrpcServicesExtensions
{
    /// <summary>Adds gRPC with its defaults.</summary>
    public static IGrpcServerBuilder AddGrpc(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddRouting();
        services.AddOptions();
        services.TryAddSingleton(new ServiceRegistrations(services));
        services.TryAddSingleton<ServiceMapper>();
        return new GrpcServerBuilder(services);
    }

    /// <summary>Adds gRPC with options for all services.</summary>
    public static IGrpcServerBuilder AddGrpc(this IServiceCollection services, Action<GrpcServiceOptions> configureOptions) =>
        services.Configure(configureOptions).AddGrpc();

    /// <summary>Sets options for one service.</summary>
    public static IGrpcServerBuilder AddServiceOptions<TService>(this IGrpcServerBuilder grpcBuilder, Action<GrpcServiceOptions<TService>> configure)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(grpcBuilder);
        grpcBuilder.Services.Configure(configure);
        return grpcBuilder;
    }

    private sealed class GrpcServerBuilder(IServiceCollection services) : IGrpcServerBuilder
    {
        public IServiceCollection Services => services;
    }
}
