namespace Grpc.Core;

/// <summary>Which side sends one message and which a stream of them.</summary>
public enum MethodType
{
    /// <summary>One request, one response.</summary>
    Unary,

    /// <summary>A stream of requests, one response.</summary>
    ClientStreaming,

    /// <summary>One request, a stream of responses.</summary>
    ServerStreaming,

    /// <summary>Two independent streams.</summary>
    DuplexStreaming,
}

/// <summary>A method, without the types of its messages.</summary>
public interface IMethod
{
    /// <summary>The kind of call.</summary>
    MethodType Type { get; }

    /// <summary>The full name of the service, for instance <c>grpc.health.v1.Health</c>.</summary>
    string ServiceName { get; }

    /// <summary>The name within the service.</summary>
    string Name { get; }

    /// <summary>The HTTP/2 path: <c>/service/method</c>.</summary>
    string FullName { get; }
}

/// <summary>A method with the marshallers of its messages.</summary>
/// <typeparam name="TRequest">The request message.</typeparam>
/// <typeparam name="TResponse">The response message.</typeparam>
public class Method<TRequest, TResponse> : IMethod
{
    /// <summary>From its parts.</summary>
    public Method(MethodType type, string serviceName, string name, Marshaller<TRequest> requestMarshaller, Marshaller<TResponse> responseMarshaller)
    {
        ArgumentNullException.ThrowIfNull(serviceName);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(requestMarshaller);
        ArgumentNullException.ThrowIfNull(responseMarshaller);
        Type = type;
        ServiceName = serviceName;
        Name = name;
        RequestMarshaller = requestMarshaller;
        ResponseMarshaller = responseMarshaller;
        FullName = $"/{serviceName}/{name}";
    }

    /// <inheritdoc/>
    public MethodType Type { get; }

    /// <inheritdoc/>
    public string ServiceName { get; }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The marshaller of requests.</summary>
    public Marshaller<TRequest> RequestMarshaller { get; }

    /// <summary>The marshaller of responses.</summary>
    public Marshaller<TResponse> ResponseMarshaller { get; }

    /// <inheritdoc/>
    public string FullName { get; }
}
