using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Exchange.Samples.Marketplace.Books;
using Exchange.V1;

namespace Exchange.Samples.Marketplace;

/// <summary>How a marketplace is served.</summary>
public sealed record MarketplaceOptions
{
    /// <summary>The orders.</summary>
    public required IOrderBook Book { get; init; }

    /// <summary>The marketplace's certificate with its private key; it bears the marketplace's SPIFFE id.</summary>
    public required X509Certificate2 Certificate { get; init; }

    /// <summary>The anchor that the node's certificate must chain to.</summary>
    public required X509Certificate2 Anchor { get; init; }

    /// <summary>The one caller that is let in: the node's SPIFFE id.</summary>
    public required string NodeId { get; init; }

    /// <summary>The port on the loopback address; 0: a free one.</summary>
    public int Port { get; init; }

    /// <summary>Answers what is asked about datasets other than purchases, by their names; by default there are none.</summary>
    public IReadOnlyDictionary<string, Func<ProviderFetchRequest, Task<ProviderFetchResponse>>> Others { get; init; } =
        ImmutableDictionary<string, Func<ProviderFetchRequest, Task<ProviderFetchResponse>>>.Empty;

    /// <summary>How it fails its node, by customer.</summary>
    public Func<string, Misbehaviour> Misbehaves { get; init; } = _ => Misbehaviour.None;
}
