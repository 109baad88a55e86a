using System.Security.Cryptography;
using Exchange.Node.Keys;
using Exchange.Node.Subjects;
using Exchange.Vocabulary;

namespace Exchange.Node.Tests.Subjects;

public sealed class SubjectKeyCacheTests
{
    private readonly SubjectKeyCache _cache = new(capacity: 8);
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(MasterKey.Size);
    private int _unwrapped;

    [Fact]
    public void What_is_in_use_is_unwrapped_once()
    {
        for (UInt128 other = 10; other < 100; other++)
        {
            Get(1);
            Get(other);
        }

        _unwrapped.ShouldBe(1 + 90);
    }

    [Fact]
    public void What_is_not_in_use_is_forgotten()
    {
        Get(1);
        for (UInt128 other = 10; other < 30; other++)
        {
            Get(other);
        }

        Get(1);
        _unwrapped.ShouldBe(1 + 20 + 1);
    }

    [Fact]
    public void Names_are_forgotten_with_their_key()
    {
        var name = Name();
        var deciphered = Get(1).Open(name);
        Get(1).Open(name).ShouldBeSameAs(deciphered);

        _cache.Forget(1);

        Get(1).Open(name).ShouldNotBeSameAs(deciphered);
        _unwrapped.ShouldBe(2);
    }

    [Fact]
    public void A_key_that_is_forgotten_while_it_is_unwrapped_is_not_kept()
    {
        _cache.GetOrUnwrap(1, this, static (id, test) =>
        {
            test._cache.Forget(id);
            return test.Unwrap();
        });
        Get(1);
        _unwrapped.ShouldBe(2);
        Get(1);
        _unwrapped.ShouldBe(2, "the second was not forgotten");
    }

    [Fact]
    public async Task After_a_forgetting_nobody_is_given_what_was_kept_before()
    {
        using var stop = new CancellationTokenSource();
        Task[] lookups = [.. Enumerable.Range(0, 3).Select(caller => Task.Run(() =>
        {
            for (UInt128 id = 0; !stop.IsCancellationRequested; id++)
            {
                Get(1);
                Get(100 + (id % 20)); // So that generations change.
            }
        }))];
        for (var round = 0; round < 2000; round++)
        {
            var former = Get(1);
            _cache.Forget(1);

            // A lookup that began before may still bring it back for a moment, and takes it away again itself.
            SpinWait.SpinUntil(() => !ReferenceEquals(Get(1), former), TimeSpan.FromSeconds(30)).ShouldBeTrue($"round {round}");
        }

        await stop.CancelAsync();
        await Task.WhenAll(lookups);
    }

    private OpenKey Get(UInt128 id) => _cache.GetOrUnwrap(id, this, static (_, test) => test.Unwrap());

    private byte[] Unwrap()
    {
        Interlocked.Increment(ref _unwrapped);
        return _key;
    }

    private SealedName Name()
    {
        var index = Digest.Of("name"u8);
        return new SealedName(index, string.Empty, SubjectScheme.Parse("inn"), KeyWrap.Wrap(_key, "770000000001"u8, index.ToArray()));
    }
}
