using System.Security.Cryptography;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Vocabulary;

namespace Exchange.Audit.Tests.Merkle;

public sealed class ShortHashTests
{
    [Fact]
    public void It_is_SHA_256_whatever_the_length_and_wherever_the_input_is_cut()
    {
        var bytes = Some.Bytes(new Random(1), 5000);
        for (var length = 0; length < bytes.Length; length += length < 300 ? 1 : 97)
        {
            var expected = new Digest(SHA256.HashData(bytes.AsSpan(0, length)));
            ShortHash.Of(bytes.AsSpan(0, length)).ShouldBe(expected, $"{length} bytes");
            ShortHash.Of(bytes.AsSpan(0, length / 3), bytes.AsSpan(length / 3, length - (length / 3))).ShouldBe(expected, $"{length} bytes in two");
        }
    }

    [Fact]
    public async Task Many_threads_hash_at_once()
    {
        var bytes = Some.Bytes(new Random(2), 500);
        var expected = new Digest(SHA256.HashData(bytes));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                (ShortHash.Of(bytes) == expected).ShouldBeTrue();
            }
        })));
    }
}
