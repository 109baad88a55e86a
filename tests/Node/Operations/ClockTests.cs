using Exchange.Format.V1;
using Exchange.Node.Operations;
using Exchange.Node.Tests.Auditing;
using Exchange.Node.Tests.Worlds;
using Exchange.Vocabulary;

namespace Exchange.Node.Tests.Operations;

public sealed class ClockTests
{
    [Fact]
    public void A_clock_that_goes_on_has_not_stepped()
    {
        var clock = new NodeClock();
        var watch = new ClockWatch(clock);

        for (var i = 0; i < 1000; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            clock.Step(TimeSpan.FromMilliseconds(5)); // A time server slews by 500 parts in a million at most.
            watch.Look().ShouldBeNull();
        }
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-2)]
    public void A_step_is_told_with_what_the_clock_would_have_shown(int seconds)
    {
        var clock = new NodeClock();
        var watch = new ClockWatch(clock);
        var expected = clock.Now() + TimeSpan.FromSeconds(7);

        clock.Advance(TimeSpan.FromSeconds(7));
        clock.Step(TimeSpan.FromSeconds(seconds));

        watch.Look().ShouldBe(new ClockStep(expected, expected + TimeSpan.FromSeconds(seconds)));
        watch.Look().ShouldBeNull("a step is told once");
    }

    [Fact]
    public async Task A_clock_that_was_set_stands_in_the_log()
    {
        await using var world = await AuditedWorld.StartAsync();

        world.Clock.Step(TimeSpan.FromMinutes(5));
        world.Clock.Advance(TimeSpan.FromSeconds(10));

        var entry = await world.UntilLoggedAsync(EntryKind.ClockStepped);
        entry.Count.ShouldBe(300_000_000UL);
        entry.Outcome.ShouldBe((uint)ErrorCode.None);
        (entry.Time - entry.Since).ShouldBe(300_000_000L);
    }

    [Fact]
    public async Task A_clock_that_was_set_back_is_logged_when_it_has_caught_up()
    {
        await using var world = await AuditedWorld.StartAsync();
        var size = world.Log.Size;

        world.Clock.Step(TimeSpan.FromMinutes(-5));
        world.Clock.Advance(TimeSpan.FromSeconds(10));
        await AuditedWorld.UntilAsync(() => world.Node.Log.Lines.Any(line => line.Contains("set by -00:05:00", StringComparison.Ordinal)), "the step was noticed");
        world.Log.Size.ShouldBe(size, "times in the log never run back");

        world.Clock.Advance(TimeSpan.FromMinutes(5));

        var entry = await world.UntilLoggedAsync(EntryKind.ClockStepped);
        entry.Outcome.ShouldBe((uint)ErrorCode.ClockRanBack);
        entry.Count.ShouldBe(300_000_000UL);
    }
}
