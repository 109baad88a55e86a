using Grpc.Core.Wire;

namespace Grpc.Core;

/// <summary>What generated clients derive from.</summary>
/// <typeparam name="T">The client itself.</typeparam>
public abstract class ClientBase<T> : ClientBase
    where T : ClientBase<T>
{
    /// <summary>For fakes that override every method.</summary>
    protected ClientBase()
    {
    }

    /// <summary>From another client's configuration.</summary>
    protected ClientBase(ClientBaseConfiguration configuration)
        : base(configuration)
    {
    }

    /// <summary>Over a channel.</summary>
    protected ClientBase(ChannelBase channel)
        : base(channel)
    {
    }

    /// <summary>Over an invoker.</summary>
    protected ClientBase(CallInvoker callInvoker)
        : base(callInvoker)
    {
    }

    /// <summary>The same client, calling another authority over the same channel.</summary>
    public T WithHost(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return NewInstance(Configuration.WithHost(host));
    }

    /// <summary>Makes a client from a configuration.</summary>
    protected abstract T NewInstance(ClientBaseConfiguration configuration);
}

/// <summary>A client: an invoker of calls.</summary>
public abstract class ClientBase
{
    /// <summary>For fakes that override every method.</summary>
    protected ClientBase()
        : this(new UnimplementedCallInvoker())
    {
    }

    /// <summary>From another client's configuration.</summary>
    protected ClientBase(ClientBaseConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Configuration = configuration;
        CallInvoker = configuration.Host is null ? configuration.Invoker : new HostCallInvoker(configuration.Invoker, configuration.Host);
    }

    /// <summary>Over a channel.</summary>
    protected ClientBase(ChannelBase channel)
        : this((channel ?? throw new ArgumentNullException(nameof(channel))).CreateCallInvoker())
    {
    }

    /// <summary>Over an invoker.</summary>
    protected ClientBase(CallInvoker callInvoker)
        : this(new ClientBaseConfiguration(callInvoker, null))
    {
    }

    /// <summary>Makes the calls.</summary>
    protected CallInvoker CallInvoker { get; }

    internal ClientBaseConfiguration Configuration { get; }

    /// <summary>What a client is made of; opaque.</summary>
    protected internal class ClientBaseConfiguration
    {
        internal ClientBaseConfiguration(CallInvoker invoker, string? host)
        {
            ArgumentNullException.ThrowIfNull(invoker);
            Invoker = invoker;
            Host = host;
        }

        internal CallInvoker Invoker { get; }

        internal string? Host { get; }

        internal ClientBaseConfiguration WithHost(string host) => new(Invoker, host);
    }
}
