using System.Security.Cryptography;

namespace Exchange.Policy.Minimisation;

/// <summary>
/// The key of one consumer's pseudonyms: the same value gets the same pseudonym whenever and wherever this consumer meets it, and another one
/// with every other consumer. Who derives it keeps it for as long as pseudonyms are to be recognised.
/// </summary>
public sealed class PseudonymKey : IDisposable
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

    internal ReadOnlySpan<byte> Bytes => _key;

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(_key);
}
