namespace Exchange.Client;

/// <summary>
/// The answer came, but its evidence does not hold: the envelope does not open, the receipt does not verify, or the log contradicts what it
/// said before. Nothing of the answer may be used; keep it and tell an auditor.
/// </summary>
public sealed class ExchangeEvidenceException : Exception
{
    internal ExchangeEvidenceException(string message, byte[]? envelope = null, Exception? innerException = null)
        : base(message, innerException) => Envelope = envelope;

    /// <summary>The envelope as it came, if there was one.</summary>
    public byte[]? Envelope { get; }
}
