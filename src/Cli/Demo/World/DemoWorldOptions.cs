using System.Collections.Immutable;
using Exchange.Samples.Marketplace;
using Exchange.Samples.Marketplace.Books;
using Exchange.V1;

namespace Exchange.Cli.Demo.World;

/// <summary>What a demo world is made of.</summary>
public sealed record DemoWorldOptions
{
    /// <summary>The marketplace's orders.</summary>
    public required IOrderBook Book { get; init; }

    /// <summary>How the marketplace fails its node, by customer.</summary>
    public Func<string, Misbehaviour> Misbehaves { get; init; } = _ => Misbehaviour.None;

    /// <summary>What the marketplace answers about datasets other than purchases, by their names; by default it has none.</summary>
    public IReadOnlyDictionary<string, Func<ProviderFetchRequest, Task<ProviderFetchResponse>>> Others { get; init; } =
        ImmutableDictionary<string, Func<ProviderFetchRequest, Task<ProviderFetchResponse>>>.Empty;

    /// <summary>The folder for everything; by default a new one among the temporary files.</summary>
    public string? Folder { get; init; }

    /// <summary>Whether the folder stays when the world ends.</summary>
    public bool KeepFolder { get; init; }

    /// <summary>The clock by which certificates are issued.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
