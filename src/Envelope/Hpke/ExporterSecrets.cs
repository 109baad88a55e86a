using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Exchange.Vocabulary;

namespace Exchange.Envelopes.Hpke;

/// <summary>
/// Exporter secrets of the contexts that a recipient met last, since a node seals many messages under one. Bounded; the oldest goes
/// first, zeroed. Secrets are copied out under the gate, so that nobody reads one that is being zeroed.
/// </summary>
internal sealed class ExporterSecrets : IDisposable
{
    private const int Capacity = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<Digest, byte[]> _secrets = new(Capacity);
    private readonly Queue<Digest> _order = new(Capacity);

    internal bool TryCopy(ReadOnlySpan<byte> encapsulatedKey, ReadOnlySpan<byte> info, Span<byte> secret)
    {
        var name = Name(encapsulatedKey, info);
        lock (_gate)
        {
            if (!_secrets.TryGetValue(name, out var kept))
            {
                return false;
            }

            kept.CopyTo(secret);
            return true;
        }
    }

    internal void Keep(ReadOnlySpan<byte> encapsulatedKey, ReadOnlySpan<byte> info, ReadOnlySpan<byte> secret)
    {
        var name = Name(encapsulatedKey, info);
        lock (_gate)
        {
            // Two threads may have decapsulated the same key; the secret is the same.
            if (_secrets.ContainsKey(name))
            {
                return;
            }

            if (_order.Count == Capacity && _secrets.Remove(_order.Dequeue(), out var oldest))
            {
                CryptographicOperations.ZeroMemory(oldest);
            }

            _secrets.Add(name, secret.ToArray());
            _order.Enqueue(name);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var secret in _secrets.Values)
            {
                CryptographicOperations.ZeroMemory(secret);
            }

            _secrets.Clear();
            _order.Clear();
        }
    }

    // Both decide the secret: the same encapsulated key under another origin is another context. The info delimits itself, so it comes first.
    private static Digest Name(ReadOnlySpan<byte> encapsulatedKey, ReadOnlySpan<byte> info) => Digest.Of([.. info, .. encapsulatedKey]);
}
