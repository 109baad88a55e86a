using System.IO.Compression;
using Grpc.Core.Wire;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>The options of one service, resolved once: its own where it has any, those of all services else.</summary>
internal sealed class CallSettings
{
    private const int DefaultMaxReceiveMessageSize = 4 * 1024 * 1024;

    public CallSettings(GrpcServiceOptions shared, GrpcServiceOptions own, TimeProvider clock, ILogger logger)
    {
        MaxSendMessageSize = own.MaxSendMessageSizeSpecified ? own.MaxSendMessageSize : shared.MaxSendMessageSize;
        MaxReceiveMessageSize = own.MaxReceiveMessageSizeSpecified ? own.MaxReceiveMessageSize
            : shared.MaxReceiveMessageSizeSpecified ? shared.MaxReceiveMessageSize
            : DefaultMaxReceiveMessageSize;
        DetailedErrors = own.EnableDetailedErrors ?? shared.EnableDetailedErrors ?? false;
        ResponseCompression = (own.ResponseCompressionAlgorithm ?? shared.ResponseCompressionAlgorithm) switch
        {
            null or HeaderName.Identity => null,
            HeaderName.Gzip => own.ResponseCompressionLevel ?? shared.ResponseCompressionLevel ?? CompressionLevel.Fastest,
            var unknown => throw new InvalidOperationException($"Response compression '{unknown}' is unknown; it is '{HeaderName.Gzip}' or none."),
        };
        Clock = clock;
        Deadlines = new CallDeadlines(clock);
        Logger = logger;
    }

    public int? MaxSendMessageSize { get; }

    public int? MaxReceiveMessageSize { get; }

    public bool DetailedErrors { get; }

    /// <summary>The level of gzip, or null for none.</summary>
    public CompressionLevel? ResponseCompression { get; }

    public TimeProvider Clock { get; }

    /// <summary>What calls with a deadline need besides.</summary>
    public CallDeadlines Deadlines { get; }

    public ILogger Logger { get; }
}
