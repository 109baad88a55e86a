using System.Security.Cryptography;
using Exchange.Node.Keys;
using Exchange.Policy.Minimisation;

namespace Exchange.Node.Tests.Keys;

public sealed class PseudonymKeysTests
{
    [Fact]
    public void The_node_s_codes_are_those_of_the_minimiser_s_own_key()
    {
        var random = new Random(1);
        for (var round = 0; round < 100; round++)
        {
            byte[] key = new byte[PseudonymKey.Size], value = new byte[random.Next(200)];
            random.NextBytes(key);
            random.NextBytes(value);
            using PseudonymKey kept = new KeptPseudonymKey(key), plain = new(key);
            byte[] keptCode = new byte[HMACSHA256.HashSizeInBytes], plainCode = new byte[HMACSHA256.HashSizeInBytes];
            kept.WriteCode(value, keptCode);
            plain.WriteCode(value, plainCode);
            keptCode.ShouldBe(plainCode);
            plainCode.ShouldBe(HMACSHA256.HashData(key, value));
        }
    }
}
