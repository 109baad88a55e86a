using Exchange.Documents;

namespace Exchange.Cli;

/// <summary>Files that a command needs do not load; every mistake in them.</summary>
internal sealed class ConfigurationException(IReadOnlyList<Diagnostic> diagnostics)
    : Exception(string.Join(Environment.NewLine, diagnostics))
{
    internal IReadOnlyList<Diagnostic> Diagnostics { get; } = diagnostics;
}
