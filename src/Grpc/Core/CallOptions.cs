namespace Grpc.Core;

/// <summary>What a client says about a call beside its messages. Immutable; each <c>With</c> gives a changed copy.</summary>
public struct CallOptions
{
    /// <summary>From its parts. The deadline is UTC.</summary>
    public CallOptions(
        Metadata? headers = null,
        DateTime? deadline = null,
        CancellationToken cancellationToken = default,
        WriteOptions? writeOptions = null,
        ContextPropagationToken? propagationToken = null)
    {
        Headers = headers;
        Deadline = deadline;
        CancellationToken = cancellationToken;
        WriteOptions = writeOptions;
        PropagationToken = propagationToken;
    }

    /// <summary>The metadata to send.</summary>
    public Metadata? Headers { get; private init; }

    /// <summary>When the client gives up, UTC.</summary>
    public DateTime? Deadline { get; private init; }

    /// <summary>Cancels the call.</summary>
    public CancellationToken CancellationToken { get; private init; }

    /// <summary>The options of the request messages.</summary>
    public WriteOptions? WriteOptions { get; private init; }

    /// <summary>Deadline and cancellation of the call that makes this one; not used by this client.</summary>
    public ContextPropagationToken? PropagationToken { get; private init; }

    /// <summary>With other metadata.</summary>
    public CallOptions WithHeaders(Metadata headers) => this with { Headers = headers };

    /// <summary>With another deadline, UTC.</summary>
    public CallOptions WithDeadline(DateTime deadline) => this with { Deadline = deadline };

    /// <summary>With another token.</summary>
    public CallOptions WithCancellationToken(CancellationToken cancellationToken) => this with { CancellationToken = cancellationToken };

    /// <summary>With other write options.</summary>
    public CallOptions WithWriteOptions(WriteOptions writeOptions) => this with { WriteOptions = writeOptions };

    /// <summary>With another propagation token.</summary>
    public CallOptions WithPropagationToken(ContextPropagationToken propagationToken) => this with { PropagationToken = propagationToken };
}
