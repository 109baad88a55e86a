using Exchange.Documents;

namespace Exchange.Client;

/// <summary>The client's configuration cannot be used; the message has a line for each mistake.</summary>
public sealed class ExchangeConfigurationException(IReadOnlyList<Diagnostic> diagnostics)
    : Exception(string.Join(Environment.NewLine, diagnostics))
{
    /// <summary>Every mistake, with file and line.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; } = diagnostics;
}
