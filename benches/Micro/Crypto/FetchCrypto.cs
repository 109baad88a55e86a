using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Exchange.Cli.Demo.World;
using Exchange.Envelopes;
using Exchange.Envelopes.Hpke;
using Exchange.Node.Keys;
using Exchange.Node.Subjects;
using Exchange.Vocabulary;
using Exchange.Vocabulary.Hashing;

namespace Exchange.Benches.Micro.Crypto;

/// <summary>One fetch's inputs, and each step in both ways. A way returns what it made, always in the same array.</summary>
internal sealed class FetchCrypto : IDisposable
{
    private const int PaddedSize = 1216;
    private static readonly SubjectScheme Customer = SubjectScheme.Parse("customer_id");
    private static readonly byte[] Drawn = new byte[TransferId.Size + PayloadCommitment.SaltSize];

    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(MasterKey.Size);
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(MasterKey.Size);
    private readonly byte[] _payload = RandomNumberGenerator.GetBytes(1100);
    private readonly byte[] _header = RandomNumberGenerator.GetBytes(420);
    private readonly byte[] _encapsulated = RandomNumberGenerator.GetBytes(65);
    private readonly byte[] _ciphertext = RandomNumberGenerator.GetBytes(PaddedSize + SealingContext.TagSize);
    private readonly byte[] _email = Encoding.ASCII.GetBytes("somebody.or.other@example.test");
    private readonly byte[] _output = new byte[PaddedSize + SealingContext.TagSize];
    private readonly TransferId _id = TransferId.New();
    private readonly byte[] _blindIndexKey = new byte[MasterKey.Size];
    private readonly MasterKey _master;
    private readonly SubjectVault _vault;
    private readonly SubjectRecord _subject;
    private readonly SubjectName _name;
    private readonly KeptPseudonymKey _pseudonyms;
    private readonly HmacSha256 _exporter;

    internal FetchCrypto()
    {
        _master = new MasterKey(_secret);
        HKDF.Expand(HashAlgorithmName.SHA256, _secret, _blindIndexKey, "exchange.blind-index.v1"u8);
        _vault = new SubjectVault(_master);
        _ = SubjectName.TryCreate(DemoMembers.Marketplace, Customer, Customer, "customer-00001234", out _name);
        _subject = _vault.WithName(_vault.Create(), _name);
        _pseudonyms = new KeptPseudonymKey(_key);
        _exporter = new HmacSha256(_key);
    }

    /// <summary>What comes out different each time.</summary>
    internal static IEnumerable<(string Step, Func<byte[]> Platform, Func<byte[]> Node)> RandomSteps =>
    [
        ("random bytes of transfer id and salt", DrawnDirectly, DrawnFromStock),
    ];

    internal IEnumerable<(string Step, Func<byte[]> Platform, Func<byte[]> Node)> Steps =>
    [
        ("blind index of the subject's name", PlatformIndex, NodeIndex),
        ("subject's name on the provider's side", PlatformName, () => _vault.NameOf(_subject, DemoMembers.Marketplace.Value, Customer)!),
        ("pseudonym and consent tag of the entry", PlatformTags, NodeTags),
        ("pseudonym of an e-mail address", PlatformPseudonym, NodePseudonym),
        ("payload commitment", PlatformCommitment, NodeCommitment),
        ("key and nonce of the message", PlatformExport, NodeExport),
        ("AES-256-GCM of the message", PlatformSeal, NodeSeal),
        ("object digest", PlatformDigest, NodeDigest),
    ];

    public void Dispose()
    {
        _master.Dispose();
        _pseudonyms.Dispose();
    }

    private static byte[] DrawnDirectly()
    {
        RandomNumberGenerator.Fill(Drawn.AsSpan(0, TransferId.Size));
        RandomNumberGenerator.Fill(Drawn.AsSpan(TransferId.Size));
        return Drawn;
    }

    private static byte[] DrawnFromStock()
    {
        RandomBytes.Fill(Drawn.AsSpan(0, TransferId.Size));
        RandomBytes.Fill(Drawn.AsSpan(TransferId.Size));
        return Drawn;
    }

    private byte[] PlatformIndex()
    {
        Span<byte> message = stackalloc byte[1024];
        var length = Append(message, 0, _name.Scope);
        length = Append(message, length, _name.Scheme.Value);
        length = Append(message, length, _name.Value);
        HMACSHA256.HashData(_blindIndexKey, message[..length], _output);
        return _output;
    }

    private byte[] NodeIndex()
    {
        _vault.IndexOf(_name).CopyTo(_output);
        return _output;
    }

    private byte[] PlatformName() => KeyWrap.Unwrap(_vault.KeyOf(_subject), _subject.Names[0].Sealed, _subject.Names[0].BlindIndex.ToArray());

    private byte[] PlatformTags()
    {
        PlatformTag("exchange.subject-pseudonym.v1\0"u8, _output);
        PlatformTag("exchange.consent-tag.v1\0"u8, _output.AsSpan(EntryTags.Size));
        return _output;
    }

    private void PlatformTag(ReadOnlySpan<byte> tag, Span<byte> destination)
    {
        Span<byte> message = stackalloc byte[tag.Length + (3 * DemoMembers.Origin.Length) + TransferId.Size];
        tag.CopyTo(message);
        var length = tag.Length + Encoding.UTF8.GetBytes(DemoMembers.Origin, message[tag.Length..]);
        _id.CopyTo(message[length..]);
        HMACSHA384.HashData(_key, message[..(length + TransferId.Size)], destination);
    }

    private byte[] NodeTags()
    {
        EntryTags.Pseudonym(_key, DemoMembers.Origin, _id, _output);
        EntryTags.ConsentTag(_key, DemoMembers.Origin, _id, _output.AsSpan(EntryTags.Size));
        return _output;
    }

    private byte[] PlatformPseudonym()
    {
        HMACSHA256.HashData(_key, _email, _output);
        return _output;
    }

    private byte[] NodePseudonym()
    {
        _pseudonyms.WriteCode(_email, _output);
        return _output;
    }

    private byte[] PlatformCommitment()
    {
        HMACSHA256.HashData(_key, _payload, _output);
        return _output;
    }

    private byte[] NodeCommitment()
    {
        PayloadCommitment.Compute(_key, _payload).Value.CopyTo(_output);
        return _output;
    }

    private byte[] PlatformExport()
    {
        Span<byte> info = stackalloc byte[49];
        "\0\x2CHPKE-v1"u8.CopyTo(info);
        LabeledHkdf.HpkeSuite.CopyTo(info[9..]);
        "secexchange.v1"u8.CopyTo(info[19..]);
        _id.CopyTo(info[33..]);
        HKDF.Expand(HashAlgorithmName.SHA256, _key, _output.AsSpan(0, 44), info);
        return _output;
    }

    private byte[] NodeExport()
    {
        Span<byte> context = stackalloc byte[27];
        "exchange.v1"u8.CopyTo(context);
        _id.CopyTo(context[11..]);
        KeySchedule.Export(_exporter, context, _output.AsSpan(0, 44));
        return _output;
    }

    private byte[] PlatformSeal()
    {
        var text = Text();
        using var cipher = new AesGcm(_key, SealingContext.TagSize);
        cipher.Encrypt(_key.AsSpan(0, 12), text, text, _output.AsSpan(PaddedSize), _header);
        return _output;
    }

    private byte[] NodeSeal()
    {
        var text = Text();
        if (OpenSslGcm.IsThere)
        {
            OpenSslGcm.Seal(_key, _key.AsSpan(0, 12), _header, text, _output.AsSpan(PaddedSize));
            return _output;
        }

        return PlatformSeal();
    }

    /// <summary>The same text each time, for encryption replaces it.</summary>
    private Span<byte> Text()
    {
        _ciphertext.AsSpan(0, PaddedSize).CopyTo(_output);
        return _output.AsSpan(0, PaddedSize);
    }

    private byte[] PlatformDigest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("exchange.envelope.v1\0"u8);
        AppendPrefixed(hash, _header);
        AppendPrefixed(hash, _encapsulated);
        AppendPrefixed(hash, _ciphertext);
        hash.GetHashAndReset(_output);
        return _output;
    }

    private byte[] NodeDigest()
    {
        ObjectDigest.Compute(_header, _encapsulated, _ciphertext).CopyTo(_output);
        return _output;
    }

    private static void AppendPrefixed(IncrementalHash hash, ReadOnlySpan<byte> value)
    {
        Span<byte> length = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)value.Length);
        hash.AppendData(length);
        hash.AppendData(value);
    }

    private static int Append(Span<byte> message, int position, string text)
    {
        var written = Encoding.UTF8.GetBytes(text, message[(position + sizeof(ushort))..]);
        BinaryPrimitives.WriteUInt16BigEndian(message[position..], (ushort)written);
        return position + sizeof(ushort) + written;
    }
}
