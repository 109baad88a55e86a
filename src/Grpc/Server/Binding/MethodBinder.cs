using System.Reflection;
using Grpc.AspNetCore.Server.Calls;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Binding;

/// <summary>
/// Collects a service's methods. <c>BindService</c> is called without an instance, since there may be one a call; the handler of a method is
/// therefore found by its name and signature, and called through a delegate that takes the instance.
/// </summary>
internal sealed class MethodBinder<TService>(ServiceSource<TService> source, CallSettings settings) : ServiceBinderBase
    where TService : class
{
    private readonly List<MethodHandler> _handlers = [];

    /// <summary>Calls the bind method that the service's attribute names; it may stand on a base type.</summary>
    public IReadOnlyList<MethodHandler> Bind()
    {
        var attribute = typeof(TService).GetCustomAttribute<BindServiceMethodAttribute>(inherit: true)
            ?? throw new InvalidOperationException($"{typeof(TService)} is no gRPC service: neither it nor a base type has [BindServiceMethod].");
        var bind = attribute.BindType
            .GetMethods(BindingFlags.Public | BindingFlags.Static)
            .SingleOrDefault(method => method.Name == attribute.BindMethodName
                && method.GetParameters() is [var binder, var service]
                && binder.ParameterType == typeof(ServiceBinderBase)
                && service.ParameterType.IsAssignableFrom(typeof(TService)))
            ?? throw new InvalidOperationException(
                $"{attribute.BindType} has no public method {attribute.BindMethodName}(ServiceBinderBase, {typeof(TService).Name} or a base type).");
        bind.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [this, null], null);
        return _handlers;
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
        _handlers.Add(new UnaryHandler<TService, TRequest, TResponse>(method, source, settings,
            Open<Func<TService, TRequest, ServerCallContext, Task<TResponse>>>(method.Name, typeof(TRequest), typeof(ServerCallContext))));

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
        _handlers.Add(new ClientStreamingHandler<TService, TRequest, TResponse>(method, source, settings,
            Open<Func<TService, IAsyncStreamReader<TRequest>, ServerCallContext, Task<TResponse>>>(
                method.Name, typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext))));

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
        _handlers.Add(new ServerStreamingHandler<TService, TRequest, TResponse>(method, source, settings,
            Open<Func<TService, TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task>>(
                method.Name, typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext))));

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
        _handlers.Add(new DuplexStreamingHandler<TService, TRequest, TResponse>(method, source, settings,
            Open<Func<TService, IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task>>(
                method.Name, typeof(IAsyncStreamReader<TRequest>), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext))));

    private static TDelegate Open<TDelegate>(string name, params Type[] parameters)
        where TDelegate : Delegate
    {
        for (var type = typeof(TService); type is not null; type = type.BaseType)
        {
            // Public, for the packages find no other.
            const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly;
            if (type.GetMethod(name, Declared, parameters) is { } method)
            {
                return method.CreateDelegate<TDelegate>();
            }
        }

        throw new InvalidOperationException($"{typeof(TService)} has no public method {name}({string.Join(", ", parameters.Select(parameter => parameter.Name))}).");
    }
}
