using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Exchange.Cli.Demo.World;
using Exchange.Node.Keys;
using Exchange.Node.Subjects;
using Exchange.Vocabulary;

namespace Exchange.Node.Tests.Subjects;

public sealed class SubjectVaultTests : IDisposable
{
    private static readonly SubjectScheme Inn = SubjectScheme.Parse("inn");
    private static readonly SubjectScheme Customer = SubjectScheme.Parse("customer_id");
    private static readonly MemberId Provider = DemoMembers.Marketplace;

    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(MasterKey.Size);
    private readonly MasterKey _master;
    private readonly SubjectVault _vault;

    public SubjectVaultTests()
    {
        _master = new MasterKey(_secret);
        _vault = new SubjectVault(_master);
    }

    public void Dispose() => _master.Dispose();

    [Fact]
    public void A_name_is_deciphered_once_and_asking_again_allocates_nothing()
    {
        var subject = Add(Name(Customer, "customer-ё-1"), Name(Inn, "770000000001"));
        var name = NameOf(subject, Customer);
        Encoding.UTF8.GetString(name!).ShouldBe("customer-ё-1");
        Encoding.UTF8.GetString(NameOf(subject, Inn, scope: string.Empty)!).ShouldBe("770000000001");

        var before = GC.GetAllocatedBytesForCurrentThread();
        var same = true;
        for (var i = 0; i < 1000; i++)
        {
            same &= ReferenceEquals(NameOf(subject, Customer), name);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        same.ShouldBeTrue();
    }

    [Fact]
    public void A_name_that_is_linked_later_is_found_though_others_were_deciphered()
    {
        var subject = Add(Name(Inn, "770000000001"));
        NameOf(subject, Inn, scope: string.Empty).ShouldNotBeNull();
        NameOf(subject, Customer).ShouldBeNull();

        var more = _vault.WithName(subject, Name(Customer, "7"));
        NameOf(more, Customer).ShouldBe("7"u8.ToArray());
        NameOf(subject, Customer).ShouldBeNull("the record says which names there are");
    }

    [Fact]
    public void Many_callers_get_the_same_name()
    {
        var subjects = Enumerable.Range(0, 100).Select(number => Add(Name(Customer, $"{number}"), Name(Inn, $"inn {number}"))).ToList();
        Parallel.For(0, 5000, call =>
        {
            var number = call % subjects.Count;
            NameOf(subjects[number], Customer).ShouldBe(Encoding.UTF8.GetBytes($"{number}"));
            NameOf(subjects[number], Inn, scope: string.Empty).ShouldBe(Encoding.UTF8.GetBytes($"inn {number}"));
        });
    }

    [Theory]
    [InlineData("1")]
    [InlineData("customer-ёжик-€-𝄞")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456")]
    public void The_blind_index_is_an_HMAC_over_scope_scheme_and_value(string value)
    {
        byte[] message = [.. Prefixed(Provider.Value), .. Prefixed(Customer.Value), .. Prefixed(value)];
        var key = HKDF.Expand(HashAlgorithmName.SHA256, _secret, MasterKey.Size, "exchange.blind-index.v1"u8.ToArray());
        _vault.IndexOf(Name(Customer, value)).ToArray().ShouldBe(HMACSHA256.HashData(key, message));

        static byte[] Prefixed(string text)
        {
            var bytes = new byte[sizeof(ushort) + Encoding.UTF8.GetByteCount(text)];
            BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)(bytes.Length - sizeof(ushort)));
            Encoding.UTF8.GetBytes(text, bytes.AsSpan(sizeof(ushort)));
            return bytes;
        }
    }

    [Fact]
    public void The_key_of_an_unlinked_subject_is_expanded_from_its_index()
    {
        var index = _vault.IndexOf(Name(Customer, "1"));
        var key = HKDF.Expand(HashAlgorithmName.SHA256, _secret, MasterKey.Size, "exchange.unlinked-subject.v1"u8.ToArray());
        _vault.UnlinkedKey(index).ShouldBe(HKDF.Expand(HashAlgorithmName.SHA256, key, MasterKey.Size, index.ToArray()));
        SubjectVault.UnlinkedId(index).ToArray().ShouldBe(index.ToArray()[..SubjectId.Size]);
    }

    [Fact]
    public void Pseudonym_and_consent_tag_are_HMACs_over_origin_and_transfer()
    {
        var (key, id, tag) = (RandomNumberGenerator.GetBytes(MasterKey.Size), TransferId.New(), new byte[EntryTags.Size]);
        byte[] rest = [.. "exchange.test/node-ё"u8, .. id.ToArray()];
        EntryTags.Pseudonym(key, "exchange.test/node-ё", id, tag);
        tag.ShouldBe(HMACSHA384.HashData(key, (byte[])[.. "exchange.subject-pseudonym.v1\0"u8, .. rest]));
        EntryTags.ConsentTag(key, "exchange.test/node-ё", id, tag);
        tag.ShouldBe(HMACSHA384.HashData(key, (byte[])[.. "exchange.consent-tag.v1\0"u8, .. rest]));
    }

    [Fact]
    public void Index_and_tags_allocate_nothing()
    {
        var (name, key, id, tag) = (Name(Customer, "1"), new byte[MasterKey.Size], TransferId.New(), new byte[EntryTags.Size]);
        _vault.IndexOf(name);
        EntryTags.Pseudonym(key, DemoMembers.Origin, id, tag);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            _vault.IndexOf(name);
            EntryTags.Pseudonym(key, DemoMembers.Origin, id, tag);
            EntryTags.ConsentTag(key, DemoMembers.Origin, id, tag);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static SubjectName Name(SubjectScheme scheme, string value) =>
        SubjectName.TryCreate(Provider, Customer, scheme, value, out var name) ? name : throw new ArgumentException(value);

    private SubjectRecord Add(params SubjectName[] names)
    {
        var subject = names.Aggregate(_vault.Create(), (subject, name) => _vault.WithName(subject, name));
        _vault.Add(subject);
        return subject;
    }

    private byte[]? NameOf(SubjectRecord subject, SubjectScheme scheme, string? scope = null) => _vault.NameOf(subject, scope ?? Provider.Value, scheme);
}
