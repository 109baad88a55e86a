using System.Security.Cryptography;

namespace Exchange.Vocabulary.Hashing;

/// <summary>A SHA-256 over what comes in pieces, without allocation: begin, append, end once.</summary>
public ref struct RunningDigest
{
    private readonly IncrementalHash? _managed;
    private Sha256State _state;

    /// <summary>Begins with nothing.</summary>
    public RunningDigest()
        : this(OpenSslSha.IsThere)
    {
    }

    internal RunningDigest(bool direct)
    {
        if (direct)
        {
            OpenSslSha.Begin(out _state);
        }
        else
        {
            _managed = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        }
    }

    /// <summary>Adds bytes behind those that were added before.</summary>
    public void Append(scoped ReadOnlySpan<byte> bytes)
    {
        if (_managed is null)
        {
            OpenSslSha.Append(ref _state, bytes);
        }
        else
        {
            _managed.AppendData(bytes);
        }
    }

    /// <summary>The digest of all bytes; the value is used up.</summary>
    public Digest End()
    {
        Span<byte> hash = stackalloc byte[Digest.Size];
        if (_managed is null)
        {
            OpenSslSha.End(ref _state, hash);
        }
        else
        {
            _managed.GetHashAndReset(hash);
            _managed.Dispose();
        }

        return new Digest(hash);
    }
}
