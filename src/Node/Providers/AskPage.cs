using Exchange.Vocabulary;

namespace Exchange.Node.Providers;

/// <summary>Asks a provider for one page; an answer that is null has a code that says why (<see cref="ProviderConnections.FetchAsync"/>).</summary>
internal delegate ValueTask<(ProviderAnswer? Answer, ErrorCode Code)> AskPage(ProviderQuestion question, DateTime deadline, CancellationToken cancellationToken);
