using System.Security.Cryptography;
using Exchange.Node.Keys;
using Exchange.Node.Subjects;
using Exchange.Vocabulary;

namespace Exchange.Node.Tests.Subjects;

public sealed class KeptKeyTests
{
    private readonly byte[] _keyEncryptionKey = RandomNumberGenerator.GetBytes(MasterKey.Size);
    private readonly UInt128 _owner = SubjectId.New().Value;

    [Fact]
    public void A_key_that_was_stored_is_the_same_key()
    {
        var made = KeptKey.New(_owner, _keyEncryptionKey);
        var stored = new KeptKey(_owner, made.Wrapped);
        stored.Open(_keyEncryptionKey).ShouldBe(made.Open(_keyEncryptionKey));
        stored.Open(_keyEncryptionKey).Length.ShouldBe(MasterKey.Size);
    }

    [Fact]
    public void Each_key_is_another()
    {
        var made = KeptKey.New(_owner, _keyEncryptionKey);
        KeptKey.New(_owner, _keyEncryptionKey).Open(_keyEncryptionKey).ShouldNotBe(made.Open(_keyEncryptionKey));
    }

    [Fact]
    public void It_is_unwrapped_once()
    {
        var kept = new KeptKey(_owner, KeptKey.New(_owner, _keyEncryptionKey).Wrapped);
        var key = kept.Open(_keyEncryptionKey);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var again = kept.Open(_keyEncryptionKey);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        again.ShouldBeSameAs(key);
    }

    [Fact]
    public void It_opens_for_its_owner_and_under_its_key_alone()
    {
        var wrapped = KeptKey.New(_owner, _keyEncryptionKey).Wrapped;
        Should.Throw<AuthenticationTagMismatchException>(() => new KeptKey(_owner + 1, wrapped).Open(_keyEncryptionKey));
        Should.Throw<AuthenticationTagMismatchException>(() => new KeptKey(_owner, wrapped).Open(RandomNumberGenerator.GetBytes(MasterKey.Size)));
    }
}
