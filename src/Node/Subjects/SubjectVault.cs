using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Exchange.Node.Keys;
using Exchange.Vocabulary;
using Exchange.Vocabulary.Hashing;

namespace Exchange.Node.Subjects;

/// <summary>
/// Finds subjects by their names and opens what belongs to them. Everything about a person is under that person's key; erasing the key
/// erases the person.
/// </summary>
internal sealed class SubjectVault
{
    private readonly BlindIndex _blindIndex;
    private readonly byte[] _keyEncryptionKey;
    private readonly HmacSha256 _unlinkedKey;
    private readonly ConcurrentDictionary<Digest, SubjectRecord> _byName = new();
    private readonly ConcurrentDictionary<SubjectId, SubjectRecord> _byId = new();

    public SubjectVault(MasterKey master)
    {
        _blindIndex = new BlindIndex(master);
        _keyEncryptionKey = master.Derive("exchange.key-encryption.v1"u8);
        _unlinkedKey = master.DeriveHmac("exchange.unlinked-subject.v1"u8);
        Nobody = Create();
        NobodysConsent = NewKey(ConsentId.New().Value);
    }

    /// <summary>Stands in for a subject that is unknown, so that refusing costs the same work (I8).</summary>
    internal SubjectRecord Nobody { get; }

    /// <summary>Stands in for the key of a consent that does not exist, likewise.</summary>
    internal KeptKey NobodysConsent { get; }

    internal int Count => _byId.Count;

    /// <summary>All that are known now.</summary>
    internal IReadOnlyCollection<SubjectRecord> All => [.. _byId.Values];

    internal Digest IndexOf(in SubjectName name) => _blindIndex.Of(name);

    internal SubjectRecord? Find(in Digest blindIndex) => _byName.GetValueOrDefault(blindIndex);

    internal SubjectRecord Find(SubjectId id) => _byId[id];

    internal void Add(SubjectRecord subject)
    {
        _byId[subject.Id] = subject;
        foreach (var name in subject.Names)
        {
            _byName[name.BlindIndex] = subject;
        }
    }

    /// <summary>A new subject with a random key and no names.</summary>
    internal SubjectRecord Create()
    {
        var id = SubjectId.New();
        return new SubjectRecord(id, NewKey(id.Value), []);
    }

    /// <summary>The subject with one more name.</summary>
    internal SubjectRecord WithName(SubjectRecord subject, in SubjectName name)
    {
        var index = _blindIndex.Of(name);
        var sealedValue = KeyWrap.Wrap(KeyOf(subject), Encoding.UTF8.GetBytes(name.Value), index.ToArray());
        return subject with { Names = subject.Names.Add(new SealedName(index, name.Scope, name.Scheme, sealedValue)) };
    }

    /// <summary>Whether a stored subject's key was wrapped under this master key.</summary>
    internal bool Opens(SubjectRecord subject) => TryOpen(subject.Key);

    internal byte[] KeyOf(SubjectRecord subject) => Open(subject.Key);

    /// <summary>A subject's key or a consent's, as it is used.</summary>
    internal byte[] Open(KeptKey key) => key.Open(_keyEncryptionKey);

    /// <summary>
    /// Opens now what the first transfer about a subject would open: its key and its names. So no transfer takes longer for being the first about somebody, which who
    /// asks could notice (I8).
    /// </summary>
    internal void OpenAll(SubjectRecord subject)
    {
        try
        {
            foreach (var name in subject.Names)
            {
                name.Open(KeyOf(subject));
            }
        }
        catch (AuthenticationTagMismatchException)
        {
            // What nothing opens concerns those who ask about this person, not the start.
        }
    }

    /// <summary>Opens a key now; false when nothing opens it.</summary>
    internal bool TryOpen(KeptKey key)
    {
        try
        {
            return Open(key).Length == MasterKey.Size;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    /// <summary>A random key for an id.</summary>
    internal KeptKey NewKey(UInt128 owner) => KeptKey.New(owner, _keyEncryptionKey);

    /// <summary>The subject's name of a scheme in a scope, as UTF-8; null when it has none. Shared with other callers.</summary>
    internal byte[]? NameOf(SubjectRecord subject, string scope, SubjectScheme scheme)
    {
        foreach (var name in subject.Names)
        {
            if (name.Scheme == scheme && string.Equals(name.Scope, scope, StringComparison.Ordinal))
            {
                return name.Open(KeyOf(subject));
            }
        }

        return null;
    }

    /// <summary>
    /// The key for a subject that no consent has linked, where another basis than consent permits the transfer: it follows from the
    /// name, so that an authorised auditor can still find the person's entries.
    /// </summary>
    internal byte[] UnlinkedKey(in Digest blindIndex)
    {
        // HKDF-Expand (RFC 5869, 2.3) of as many bytes as HMAC gives: one round.
        Span<byte> info = stackalloc byte[Digest.Size + 1];
        blindIndex.CopyTo(info);
        info[^1] = 1;
        var key = new byte[MasterKey.Size];
        _unlinkedKey.Write(info, key);
        return key;
    }

    /// <summary>What stands for such a subject where entries are linked.</summary>
    internal static SubjectId UnlinkedId(in Digest blindIndex)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        blindIndex.CopyTo(bytes);
        _ = SubjectId.TryRead(bytes[..SubjectId.Size], out var id);
        return id;
    }
}
