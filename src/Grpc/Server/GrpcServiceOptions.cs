using System.IO.Compression;

namespace Grpc.AspNetCore.Server;

/// <summary>Limits and behaviour of all services.</summary>
public class GrpcServiceOptions
{
    private int? _maxSendMessageSize;
    private int? _maxReceiveMessageSize;
    private bool _maxSendMessageSizeSpecified;
    private bool _maxReceiveMessageSizeSpecified;

    /// <summary>The longest message that the server sends, in bytes; null, the default, for no limit. A longer one answers RESOURCE_EXHAUSTED.</summary>
    public int? MaxSendMessageSize
    {
        get => _maxSendMessageSize;
        set => (_maxSendMessageSize, _maxSendMessageSizeSpecified) = (value, true);
    }

    /// <summary>Whether <see cref="MaxSendMessageSize"/> was set here.</summary>
    public bool MaxSendMessageSizeSpecified
    {
        get => _maxSendMessageSizeSpecified;
        set => (_maxSendMessageSizeSpecified, _maxSendMessageSize) = (value, value ? _maxSendMessageSize : null);
    }

    /// <summary>
    /// The longest message that the server receives, in bytes, compressed or not; 4 MiB unless set, null for no limit. It is checked on the
    /// message's prefix, before anything is buffered. A longer one answers RESOURCE_EXHAUSTED.
    /// </summary>
    public int? MaxReceiveMessageSize
    {
        get => _maxReceiveMessageSize;
        set => (_maxReceiveMessageSize, _maxReceiveMessageSizeSpecified) = (value, true);
    }

    /// <summary>Whether <see cref="MaxReceiveMessageSize"/> was set here.</summary>
    public bool MaxReceiveMessageSizeSpecified
    {
        get => _maxReceiveMessageSizeSpecified;
        set => (_maxReceiveMessageSizeSpecified, _maxReceiveMessageSize) = (value, value ? _maxReceiveMessageSize : null);
    }

    /// <summary>Whether clients and the log learn the messages of a handler's exceptions. For development only.</summary>
    public bool? EnableDetailedErrors { get; set; }

    /// <summary>The encoding of responses, <c>gzip</c> or none, used if the client accepts it and the message's options do not forbid it.</summary>
    public string? ResponseCompressionAlgorithm { get; set; }

    /// <summary>How hard responses are compressed.</summary>
    public CompressionLevel? ResponseCompressionLevel { get; set; }

    /// <summary>Whether calls to unknown services are left to other endpoints instead of being answered UNIMPLEMENTED.</summary>
    public bool? IgnoreUnknownServices { get; set; }
}

/// <summary>What differs for one service.</summary>
/// <typeparam name="TService">The service.</typeparam>
public class GrpcServiceOptions<TService> : GrpcServiceOptions
    where TService : class;
