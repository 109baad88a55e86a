using Exchange.Node.Admission;
using Exchange.Vocabulary;

namespace Exchange.Node.Tests.Admission;

public sealed class TakenIdsTests
{
    private const int Seed = 17;

    private readonly TakenIds _ids = new();
    private readonly Random _random = new(Seed);

    [Fact]
    public void Any_order_of_takings_ends_as_in_a_plain_set()
    {
        var expected = new Dictionary<(int, ulong), uint>();
        for (uint now = 1000, step = 0; step < 50_000; step++)
        {
            now += (uint)_random.Next(20) / 19;
            var (member, id) = (_random.Next(3), (ulong)_random.Next(3000));
            var expire = now + (uint)_random.Next(200);
            var isFree = !expected.TryGetValue((member, id), out var until) || until < now;
            Take(member, id, expire, now).ShouldBe(isFree, $"step {step}");
            if (isFree)
            {
                expected[(member, id)] = expire;
            }
        }
    }

    [Fact]
    public void Ids_that_crowd_one_place_are_still_told_apart()
    {
        for (ulong id = 1; id <= 500; id++)
        {
            _ids.TryTake(1, new RequestId(id), hash: 7, expire: 100, now: 1).ShouldBeTrue();
        }
    }

    [Fact]
    public void What_has_expired_takes_no_room()
    {
        for (uint second = 1; second < 500; second++)
        {
            for (var call = 0; call < 200; call++)
            {
                Take(1, (ulong)_random.NextInt64(), second + 10, second).ShouldBeTrue();
            }
        }

        _ids.Capacity.ShouldBeLessThanOrEqualTo(8192, "two thousand and some are alive at a time");
    }

    private bool Take(int member, ulong id, uint expire, uint now)
    {
        var request = new RequestId(id);
        return _ids.TryTake(member, request, TakenIds.HashOf(member, request), expire, now);
    }
}
