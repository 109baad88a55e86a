using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Exchange.Node.Identity;
using Exchange.Vocabulary;

namespace Exchange.Node.Providers;

/// <summary>Connections to providers, opened when first needed and kept while the registry says the same of the provider.</summary>
internal sealed class ProviderDirectory(X509Certificate2 nodeCertificate, int answerBytes, TimeProvider clock, ILogger<ProviderDirectory> logger) : IDisposable
{
    private readonly ConcurrentDictionary<MemberId, ProviderConnections> _providers = new();
    private readonly Lock _opening = new();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var provider in _providers.Values)
        {
            provider.Dispose();
        }
    }

    internal ProviderConnections Of(Member provider) =>
        _providers.TryGetValue(provider.Id, out var open) && ReferenceEquals(open.Provider, provider) ? open : Open(provider);

    private ProviderConnections Open(Member provider)
    {
        lock (_opening)
        {
            if (_providers.TryGetValue(provider.Id, out var open) && ReferenceEquals(open.Provider, provider))
            {
                return open;
            }

            // Calls under way on the connections of an older registry end there; those connections close when they are idle.
            return _providers[provider.Id] = new ProviderConnections(provider, nodeCertificate, answerBytes, clock, logger);
        }
    }
}
