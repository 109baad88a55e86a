namespace Exchange.Audit.Reading;

/// <summary>The log's files hold something that cannot be read as a log; the verifier tells what, where and since which entry.</summary>
public sealed class UnreadableLogException(string message) : IOException($"{message} 'exchange audit verify' tells more.");
