namespace Exchange.Benches.Load.Rounds;

/// <summary>What a worker does again and again.</summary>
internal enum CallKind
{
    /// <summary>One message, one answer.</summary>
    Unary,

    /// <summary>One message, a stream of answers.</summary>
    ServerStream,

    /// <summary>A stream of messages, one answer.</summary>
    ClientStream,

    /// <summary>A message and its answer, again and again on one stream.</summary>
    PingPong,

    /// <summary>No call at all: a connection, and its end.</summary>
    Connect,
}
