namespace Exchange.Cli;

/// <summary>The command line says something that the command cannot do.</summary>
internal sealed class UsageException(string message) : Exception(message);
