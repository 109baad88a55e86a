using Grpc.Core.Deadlines;

namespace Exchange.Grpc.Tests;

/// <summary>The timer of deadlines, which serves call after call.</summary>
public sealed class AlarmTests
{
    private readonly FakeClock _clock = new();

    [Fact]
    public void A_call_is_told_when_its_time_has_come_and_not_again()
    {
        using var alarm = new Alarm(_clock);
        var call = new SomeCall();
        alarm.Set(call, TimeSpan.FromSeconds(5));

        _clock.Advance(TimeSpan.FromSeconds(4));
        call.Told.ShouldBe(0);
        _clock.Advance(TimeSpan.FromSeconds(1));
        call.Told.ShouldBe(1);
        _clock.Advance(TimeSpan.FromHours(1));
        call.Told.ShouldBe(1);
    }

    [Fact]
    public void A_call_that_has_ended_is_not_told()
    {
        using var alarm = new Alarm(_clock);
        var call = new SomeCall();
        alarm.Set(call, TimeSpan.FromSeconds(5));

        alarm.Silence();
        _clock.Advance(TimeSpan.FromHours(1));

        call.Told.ShouldBe(0);
    }

    [Fact]
    public void A_next_call_with_less_time_is_told_in_its_own_time()
    {
        using var alarm = new Alarm(_clock);
        var (first, next) = (new SomeCall(), new SomeCall());
        alarm.Set(first, TimeSpan.FromHours(1));
        alarm.Silence();

        alarm.Set(next, TimeSpan.FromSeconds(1));
        _clock.Advance(TimeSpan.FromSeconds(1));

        (first.Told, next.Told).ShouldBe((0, 1));
    }

    [Fact]
    public void A_next_call_with_more_time_is_told_too_early_once_and_sets_the_alarm_again()
    {
        using var alarm = new Alarm(_clock);
        var (first, next) = (new SomeCall(), new SomeCall());
        alarm.Set(first, TimeSpan.FromSeconds(5));
        alarm.Silence();

        alarm.Set(next, TimeSpan.FromSeconds(20));
        next.OnTold = () => alarm.SetAgain(next, TimeSpan.FromSeconds(15));
        _clock.Advance(TimeSpan.FromSeconds(5));
        next.Told.ShouldBe(1);
        _clock.Advance(TimeSpan.FromSeconds(14));
        next.Told.ShouldBe(1);
        _clock.Advance(TimeSpan.FromSeconds(1));

        (first.Told, next.Told).ShouldBe((0, 2));
    }

    [Fact]
    public void A_call_that_has_ended_does_not_move_the_alarm_of_the_next()
    {
        using var alarm = new Alarm(_clock);
        var (first, next) = (new SomeCall(), new SomeCall());
        alarm.Set(first, TimeSpan.FromHours(2));
        alarm.Silence();
        alarm.Set(next, TimeSpan.FromHours(1));

        alarm.SetAgain(first, TimeSpan.FromSeconds(1));
        _clock.Advance(TimeSpan.FromSeconds(1));

        (first.Told, next.Told).ShouldBe((0, 0));
    }

    [Fact]
    public void Time_that_is_up_already_tells_at_once_and_time_without_end_waits_in_steps()
    {
        using var alarm = new Alarm(_clock);
        var (late, patient) = (new SomeCall(), new SomeCall());
        alarm.Set(late, TimeSpan.FromSeconds(-1));
        late.Told.ShouldBe(1);

        alarm.Set(patient, TimeSpan.MaxValue);
        _clock.Advance(TimeSpan.FromDays(48));
        patient.Told.ShouldBe(0);
        _clock.Advance(TimeSpan.FromDays(1));
        patient.Told.ShouldBe(1);
    }

    private sealed class SomeCall : IAlarmed
    {
        public int Told { get; private set; }

        public Action OnTold { get; set; } = () => { };

        public void OnAlarm()
        {
            Told++;
            OnTold();
        }
    }
}
