using Grpc.AspNetCore.Server.Calls;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server.Binding;

/// <summary>Makes endpoints of services: one for each method, and those that answer UNIMPLEMENTED for what is not there.</summary>
internal sealed class ServiceMapper(
    IServiceProvider root, ServiceRegistrations registrations, IOptions<GrpcServiceOptions> shared, ILoggerFactory loggers)
{
    private readonly HashSet<string> _serviceNames = [];
    private readonly UnimplementedConstraint _onlyUnimplemented = new();

    public IReadOnlyList<IEndpointConventionBuilder> Map<TService>(IEndpointRouteBuilder routes)
        where TService : class
    {
        var own = (IOptions<GrpcServiceOptions<TService>>)root.GetService(typeof(IOptions<GrpcServiceOptions<TService>>))!;
        var clock = (TimeProvider?)root.GetService(typeof(TimeProvider)) ?? TimeProvider.System;
        var settings = new CallSettings(shared.Value, own.Value, clock, loggers.CreateLogger<TService>());
        var handlers = new MethodBinder<TService>(new ServiceSource<TService>(root, registrations), settings).Bind();

        var endpoints = new List<IEndpointConventionBuilder>();
        foreach (var handler in handlers)
        {
            endpoints.Add(routes.Map(handler.Method.FullName, handler.HandleAsync)
                .WithDisplayName($"gRPC - {handler.Method.FullName}")
                .WithMetadata(new GrpcMethodMetadata(typeof(TService), handler.Method)));
        }

        _onlyUnimplemented.Add(handlers);
        AddUnimplemented(routes, handlers, endpoints);
        return endpoints;
    }

    private void AddUnimplemented(IEndpointRouteBuilder routes, IReadOnlyList<MethodHandler> handlers, List<IEndpointConventionBuilder> endpoints)
    {
        if (_serviceNames.Count == 0 && shared.Value.IgnoreUnknownServices is not true)
        {
            endpoints.Add(Unimplemented(routes, "{service}/{method}", "Service is unimplemented."));
        }

        foreach (var service in handlers.Select(handler => handler.Method.ServiceName).Distinct())
        {
            if (_serviceNames.Add(service))
            {
                endpoints.Add(Unimplemented(routes, service + "/{method}", "Method is unimplemented."));
            }
        }
    }

    private IEndpointConventionBuilder Unimplemented(IEndpointRouteBuilder routes, string pattern, string detail)
    {
        var constraints = new RouteValueDictionary { ["method"] = _onlyUnimplemented };
        return routes.Map(RoutePatternFactory.Parse(pattern, defaults: null, parameterPolicies: constraints), http =>
        {
            Refusal.Answer(http, StatusCodes.Status200OK, new Status(StatusCode.Unimplemented, detail));
            return Task.CompletedTask;
        }).WithDisplayName($"gRPC - unimplemented {pattern}");
    }
}
