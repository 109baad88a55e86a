namespace Exchange.Hostile.Tests;

/// <summary>Something that the tested side must never do.</summary>
internal sealed class HostileFinding(string message) : Exception(message);
