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

    /// <summary>No server: what a node's call to the provider costs by itself.</summary>
    Caller,

    /// <summary>Kestrel with the node's certificate, to be connected to.</summary>
    Kestrel,

    /// <summary>No server: many clients of a node.</summary>
    Fleet,

    /// <summary>A node.</summary>
    Node,
}
