namespace Exchange.Benches.Load.Servers;

/// <summary>Which server a process is.</summary>
internal enum ServerKind
{
    /// <summary>Kestrel and middleware that frames by hand.</summary>
    Bare,

    /// <summary>Kestrel and the gRPC runtime.</summary>
    Runtime,
}
