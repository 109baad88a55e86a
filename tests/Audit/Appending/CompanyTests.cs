using Exchange.Audit.Appending;

namespace Exchange.Audit.Tests.Appending;

public sealed class CompanyTests
{
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(1);

    private readonly FakeClock _clock = new(Some.Noon);
    private readonly Company _company;

    public CompanyTests() => _company = new Company(Gathering, most: 64, _clock);

    [Fact]
    public void At_first_one_is_expected_alone() => (_company.Expected, _company.Patience).ShouldBe((1, Gathering));

    [Theory]
    [InlineData(1, 0, 0, 1)]
    [InlineData(1, 0, 1, 1)]
    [InlineData(5, 3, 0, 8)]
    [InlineData(10, 0, 50, 30)]
    [InlineData(10, 2, 0, 12)]
    [InlineData(60, 60, 1000, 64)]
    public void As_many_are_expected_as_come_again_and_wait_or_most_of_those_on_their_way(int taken, int waiting, int announced, int expected)
    {
        _company.Observe(taken, waiting, announced);
        _company.Expected.ShouldBe(expected);
    }

    [Theory]
    [InlineData(10, 1000, 74, 1)] // 64 on their way, one each 0.1 ms: 6.4 ms.
    [InlineData(3, 2000, 67, 5.3)] // 64 on their way, one each 0.667 ms: 43 ms.
    [InlineData(2, 3000, 66, 10)] // 64 on their way, one each 1.5 ms: 96 ms.
    [InlineData(1, 50_000, 1, 1)] // Nobody on the way.
    public void They_are_waited_for_an_eighth_of_the_time_that_they_take_within_bounds(int taken, int cycleMicroseconds, int announced, double milliseconds)
    {
        for (var cycle = 0; cycle < 50; cycle++)
        {
            _clock.Advance(TimeSpan.FromMicroseconds(cycleMicroseconds));
            _company.Observe(taken, waiting: 0, announced);
        }

        _company.Patience.TotalMilliseconds.ShouldBe(milliseconds, tolerance: 0.05);
    }

    [Fact]
    public void A_pause_says_nothing_of_the_pace()
    {
        _clock.Advance(TimeSpan.FromHours(1));
        _company.Observe(1, waiting: 0, announced: 65);
        _company.Patience.ShouldBe(Gathering);
    }
}
