using System.Collections.Concurrent;
using Exchange.Vocabulary;

namespace Exchange.Envelope.Tests.Hashing;

public sealed class RandomBytesTests
{
    [Fact]
    public async Task No_id_comes_twice_on_any_thread()
    {
        var drawn = new ConcurrentBag<TransferId>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                drawn.Add(TransferId.New());
            }
        })));
        drawn.Distinct().Count().ShouldBe(8 * 20_000);
    }

    [Fact]
    public void Draws_of_any_size_share_no_eight_bytes()
    {
        var seen = new HashSet<ulong>();
        var random = new Random(1);
        for (var draw = 0; draw < 5000; draw++)
        {
            var bytes = new byte[8 * random.Next(1, 20)];
            RandomBytes.Fill(bytes);
            for (var at = 0; at < bytes.Length; at += 8)
            {
                seen.Add(BitConverter.ToUInt64(bytes, at)).ShouldBeTrue("what was given is not given again");
            }
        }
    }

    [Fact]
    public void What_was_given_is_wiped_from_the_stock()
    {
        for (var draw = 0; draw < 200; draw++)
        {
            var bytes = new byte[32];
            RandomBytes.Fill(bytes);
            RandomBytes.Stock.AsSpan().IndexOf(bytes).ShouldBe(-1);
        }
    }

    [Fact]
    public void Every_byte_takes_every_value()
    {
        // 16 × 256 cells of 40 on average: that one stays empty has a chance of 1 in 10^14.
        var counts = new int[16 * 256];
        var bytes = new byte[16];
        for (var draw = 0; draw < 40 * 256; draw++)
        {
            RandomBytes.Fill(bytes);
            for (var at = 0; at < bytes.Length; at++)
            {
                counts[(256 * at) + bytes[at]]++;
            }
        }

        counts.Min().ShouldBeGreaterThan(0);
    }
}
