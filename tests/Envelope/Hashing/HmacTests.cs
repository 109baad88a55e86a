using System.Security.Cryptography;
using System.Text;
using Exchange.Vocabulary.Hashing;

namespace Exchange.Envelope.Tests.Hashing;

/// <summary>Both codes in both ways: by OpenSSL's functions, and as the platform makes them where those are missing.</summary>
public sealed class HmacTests
{
    /// <summary>RFC 4231, section 4: key, message, HMAC-SHA-256, HMAC-SHA-384. Cases 6 and 7 have keys longer than a block.</summary>
    private static readonly (string Key, string Message, string Code256, string Code384)[] Rfc4231 =
    [
        (Repeated("0b", 20), Hex("Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6"),
        (Hex("Jefe"), Hex("what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649"),
        (Repeated("aa", 20), Repeated("dd", 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
            "88062608d3e6ad8a0aa2ace014c8a86f0aa635d947ac9febe83ef4e55966144b2a5ab39dc13814b94e3ab6e101a34f27"),
        ("0102030405060708090a0b0c0d0e0f10111213141516171819", Repeated("cd", 50),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
            "3e8a69b7783c25851933ab6290af6ca77a9981480850009cc5577c6e1f573b4e6801dd23c4a7d679ccf8a386c674cffb"),
        (Repeated("aa", 131), Hex("Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952"),
        (Repeated("aa", 131), Hex("This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm."),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
            "6617178e941f020d351e2f254e8fd32c602420feb0b8fb9adccebb82461e99c5a678cc31e799176d3860e6110c46523e"),
    ];

    /// <summary>OpenSSL's functions are missing on some platforms; the platform's own way is everywhere.</summary>
    public static TheoryData<bool> Ways => OpenSslSha.IsThere ? [true, false] : [false];

    [Theory]
    [MemberData(nameof(Ways))]
    public void The_codes_are_the_RFC_s(bool direct)
    {
        foreach (var (key, message, code256, code384) in Rfc4231)
        {
            var (keyBytes, messageBytes, code) = (Convert.FromHexString(key), Convert.FromHexString(message), new byte[HmacSha384.Size]);
            new HmacSha256(keyBytes, direct).Write(messageBytes, code);
            Convert.ToHexStringLower(code.AsSpan(0, HmacSha256.Size)).ShouldBe(code256);
            HmacSha384.Write(keyBytes, messageBytes, code, direct);
            Convert.ToHexStringLower(code).ShouldBe(code384);
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Any_key_and_any_message_give_the_platform_s_code_again_and_again(bool direct)
    {
        var random = new Random(1);
        for (var round = 0; round < 500; round++)
        {
            byte[] key = new byte[random.Next(200)], message = new byte[random.Next(round % 10 == 0 ? 5000 : 300)], code = new byte[HmacSha384.Size];
            random.NextBytes(key);
            random.NextBytes(message);
            var kept = new HmacSha256(key, direct);
            for (var again = 0; again < 2; again++)
            {
                kept.Write(message, code);
                code.AsSpan(0, HmacSha256.Size).SequenceEqual(HMACSHA256.HashData(key, message)).ShouldBeTrue($"a key of {key.Length}, a message of {message.Length} bytes");
            }

            HmacSha256.Write(key, message, code);
            code.AsSpan(0, HmacSha256.Size).SequenceEqual(HMACSHA256.HashData(key, message)).ShouldBeTrue();
            HmacSha384.Write(key, message, code, direct);
            code.ShouldBe(HMACSHA384.HashData(key, message));
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_code_may_take_the_place_of_its_message(bool direct)
    {
        var (key, message) = ("key"u8.ToArray(), new byte[HmacSha256.Size]);
        var expected = HMACSHA256.HashData(key, message);
        new HmacSha256(key, direct).Write(message, message);
        message.ShouldBe(expected);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_key_that_was_wiped_is_gone(bool direct)
    {
        var (key, code) = (new HmacSha256("key"u8, direct), new byte[HmacSha256.Size]);
        key.Clear();
        key.Write("message"u8, code);
        code.ShouldNotBe(HMACSHA256.HashData("key"u8, "message"u8));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Many_threads_share_one_key(bool direct)
    {
        var key = new HmacSha256("key"u8, direct);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            var (message, code) = (new byte[70], new byte[HmacSha256.Size]);
            message[0] = (byte)thread;
            var expected = HMACSHA256.HashData("key"u8, message);
            for (var i = 0; i < 20_000; i++)
            {
                key.Write(message, code);
                code.AsSpan().SequenceEqual(expected).ShouldBeTrue();
            }
        })));
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        byte[] message = new byte[1000], code = new byte[HmacSha384.Size];
        var key = new HmacSha256(code);
        key.Write(message, code);
        HmacSha384.Write(code, message, code);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            key.Write(message, code);
            HmacSha256.Write(code, message, code);
            HmacSha384.Write(code, message, code);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static string Repeated(string hex, int times) => string.Concat(Enumerable.Repeat(hex, times));

    private static string Hex(string text) => Convert.ToHexString(Encoding.ASCII.GetBytes(text));
}
