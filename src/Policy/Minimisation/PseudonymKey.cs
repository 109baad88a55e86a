using System.Security.Cryptography;

namespace Exchange.Policy.Minimisation;

/// <summary>
/// The key of one consumer's pseudonyms: the same value gets the same pseudonym whenever and wherever this consumer meets it, and another one
/// with every other consumer. Who derives it keeps it for as long as pseudonyms are to be recognised.
/// </summary>
public class PseudonymKey : IDisposable
{
    /// <summary>Size in bytes.</summary>
    public const int Size = 32;

    private readonly byte[] _key;

    /// <summary>Copies the key.</summary>
    /// <exception cref="ArgumentException">The key is not 32 bytes long.</exception>
    public PseudonymKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != Size)
        {
            throw new ArgumentException($"A pseudonym key is {Size} bytes long.", nameof(key));
        }

        _key = key.ToArray();
    }

    /// <summary>Writes HMAC-SHA-256 of a value under the key, as the platform makes it. Whoever makes the same faster may say so in a derived class.</summary>
    /// <param name="value">What gets a pseudonym.</param>
    /// <param name="code">Receives 32 bytes.</param>
    public virtual void WriteCode(ReadOnlySpan<byte> value, Span<byte> code) => Pseudonym.WriteCode(_key, value, code);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Wipes the key.</summary>
    protected virtual void Dispose(bool disposing) => CryptographicOperations.ZeroMemory(_key);
}
