namespace Exchange.Benches.Load.Servers;

/// <summary>Which server a process is.</summary>
internal enum ServerKind
{
    /// <summary>Kestrel and middleware that frames by hand.</summary>
    Bare,

    /// <summary>Kestrel and the gRPC runtime.</summary>
    Runtime,

    /// <summary>The provider of transfers.</summary>
    Provider,

    /// <summary>A node without governance.</summary>
    Relay,

    /// <summary>A node.</summary>
    Node,
}
