namespace Exchange.Documents;

/// <summary>A key of a mapping and its value.</summary>
/// <param name="Name">The key's text.</param>
/// <param name="Key">The key, to refuse it at its place.</param>
/// <param name="Value">The value.</param>
public sealed record DocumentEntry(string Name, DocumentValue Key, DocumentValue Value);
