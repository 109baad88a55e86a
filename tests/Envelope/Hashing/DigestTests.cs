using System.Security.Cryptography;
using Exchange.Vocabulary;
using Exchange.Vocabulary.Hashing;

namespace Exchange.Envelope.Tests.Hashing;

public sealed class DigestTests
{
    [Fact]
    public void It_is_SHA_256_whatever_the_length_and_wherever_the_input_is_cut()
    {
        var bytes = Bytes(5000, seed: 1);
        for (var length = 0; length < bytes.Length; length += length < 300 ? 1 : 97)
        {
            var expected = new Digest(SHA256.HashData(bytes.AsSpan(0, length)));
            Digest.Of(bytes.AsSpan(0, length)).ShouldBe(expected, $"{length} bytes");
            Digest.Of(bytes.AsSpan(0, length / 3), bytes.AsSpan(length / 3, length - (length / 3))).ShouldBe(expected, $"{length} bytes in two");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_may_come_in_pieces_of_any_size_directly_or_by_the_platform(bool direct)
    {
        if (direct && !OpenSslSha.IsThere)
        {
            return; // Elsewhere the platform serves, which the other case shows.
        }

        var random = new Random(2);
        for (var round = 0; round < 200; round++)
        {
            var bytes = Bytes(random.Next(10_000), round);
            var running = new RunningDigest(direct);
            for (var at = 0; at < bytes.Length;)
            {
                var piece = Math.Min(random.Next(round % 2 == 0 ? 200 : 5000), bytes.Length - at);
                running.Append(bytes.AsSpan(at, piece));
                at += piece;
            }

            running.End().ShouldBe(new Digest(SHA256.HashData(bytes)), $"round {round}");
        }
    }

    [Fact]
    public async Task Many_threads_hash_at_once()
    {
        var bytes = Bytes(500, seed: 3);
        var expected = new Digest(SHA256.HashData(bytes));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                (Digest.Of(bytes) == expected).ShouldBeTrue();
            }
        })));
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        var bytes = Bytes(3000, seed: 4);
        Digest.Of(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Digest.Of(bytes, bytes);
        }

        if (OpenSslSha.IsThere)
        {
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        }
    }

    private static byte[] Bytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
