namespace Exchange.Node;

/// <summary>A node could not start; the message says what is missing or damaged, and how to mend it.</summary>
public sealed class NodeStartException(string message, Exception innerException) : Exception(message, innerException);
