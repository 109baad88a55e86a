using System.Security.Cryptography;
using Exchange.Envelopes.Hpke;
using Exchange.Vocabulary;
using Exchange.Vocabulary.Hashing;

namespace Exchange.Envelope.Tests.Hpke;

public sealed class MessageCipherTests
{
    [Fact]
    public void OpenSSL_and_the_platform_seal_alike_and_what_they_seal_opens()
    {
        if (!OpenSslGcm.IsThere)
        {
            return; // Then there is one way, which all other tests go.
        }

        var random = new Random(1);
        for (var round = 0; round < 300; round++)
        {
            var secret = Bytes(random, 32);
            var exporter = new HmacSha256(secret);
            var (id, header, text) = (TransferId.New(), Bytes(random, random.Next(500)), Bytes(random, round % 20 == 0 ? 100_000 : random.Next(2000)));
            byte[] direct = [.. text], platform = [.. text], directTag = new byte[MessageCipher.TagSize], platformTag = new byte[MessageCipher.TagSize];

            MessageCipher.Seal(exporter, id, header, direct, directTag, direct: true);
            MessageCipher.Seal(exporter, id, header, platform, platformTag, direct: false);

            direct.AsSpan().SequenceEqual(platform).ShouldBeTrue($"round {round}, {text.Length} bytes");
            directTag.ShouldBe(platformTag);
            var opened = new byte[text.Length];
            MessageCipher.TryOpen(secret, id, header, direct, directTag, opened).ShouldBeTrue();
            opened.AsSpan().SequenceEqual(text).ShouldBeTrue();
        }
    }

    [Fact]
    public void A_key_nonce_or_tag_of_another_size_is_refused()
    {
        if (!OpenSslGcm.IsThere)
        {
            return;
        }

        Should.Throw<ArgumentException>(() => OpenSslGcm.Seal(new byte[31], new byte[12], [], new byte[5], new byte[16]));
        Should.Throw<ArgumentException>(() => OpenSslGcm.Seal(new byte[32], new byte[13], [], new byte[5], new byte[16]));
        Should.Throw<ArgumentException>(() => OpenSslGcm.Seal(new byte[32], new byte[12], [], new byte[5], new byte[15]));
    }

    [Fact]
    public void Threads_that_end_leave_the_next_ones_sealing()
    {
        var key = RandomNumberGenerator.GetBytes(32);
        for (var thread = 0; thread < 50; thread++)
        {
            var sealing = new Thread(() => new SealedOnce(key).ShouldBeRight());
            sealing.Start();
            sealing.Join();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private sealed class SealedOnce(byte[] secret)
    {
        private readonly byte[] _text = "text"u8.ToArray();
        private readonly byte[] _tag = new byte[MessageCipher.TagSize];

        internal void ShouldBeRight()
        {
            var id = TransferId.New();
            MessageCipher.Seal(new HmacSha256(secret), id, [], _text, _tag);
            var opened = new byte[_text.Length];
            MessageCipher.TryOpen(secret, id, [], _text, _tag, opened).ShouldBeTrue();
            opened.ShouldBe("text"u8.ToArray());
        }
    }
}
