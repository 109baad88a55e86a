using System.IO.Compression;

namespace Grpc.AspNetCore.Server;

/// <summary>Limits and behaviour of all services.</summary>
public class GrpcServiceOptions
{
    private int? _maxSendMessageSize;
    private int? _maxReceiveMessageSize;

    /// <summary>The longest message that the server sends, in bytes; null, the default, for no limit. A longer one answers RESOURCE_EXHAUSTED.</summary>
    public int? MaxSendMessageSize
    {
        get => _maxSendMessageSize;
        set => (_maxSendMessageSize, MaxSendMessageSizeSpecified) = (value, true);
    }

    /// <summary>
    /// The longest message that the server receives, in bytes, compressed or not; 4 MiB unless set, null for no limit. It is checked on the
    /// message's prefix, before anything is buffered. A longer one answers RESOURCE_EXHAUSTED.
    /// </summary>
    public int? MaxReceiveMessageSize
    {
        get => _maxReceiveMessageSize;
        set => (_maxReceiveMessageSize, MaxReceiveMessageSizeSpecified) = (value, true);
    }

    /// <summary>Whether clients and the log learn the messages of a handler's exceptions. For development only.</summary>
    public bool? EnableDetailedErrors { get; set; }

    /// <summary>The encoding of responses, <c>gzip</c> or none, used if the client accepts it and the message's options do not forbid it.</summary>
    public string? ResponseCompressionAlgorithm { get; set; }

    /// <summary>How hard responses are compressed.</summary>
    public CompressionLevel? ResponseCompressionLevel { get; set; }

    /// <summary>Whether calls to unknown services are left to other endpoints instead of being answered UNIMPLEMENTED.</summary>
    public bool? IgnoreUnknownServices { get; set; }

    /// <summary>Whether the limit was set here: null is a limit too, namely none.</summary>
    internal bool MaxSendMessageSizeSpecified { get; private set; }

    /// <summary>Whether the limit was set here: null is a limit too, namely none.</summary>
    internal bool MaxReceiveMessageSizeSpecified { get; private set; }
}

/// <summary>What differs for one service.</summary>
/// <typeparam name="TService">The service.</typeparam>
public class GrpcServiceOptions<TService> : GrpcServiceOptions
    where TService : class;
