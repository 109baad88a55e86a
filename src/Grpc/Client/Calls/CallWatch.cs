using Grpc.Core;
using Grpc.Core.Deadlines;

namespace Grpc.Net.Client.Calls;

/// <summary>What may end a call early: its deadline, its caller, its channel. A part of the call, not an object of its own.</summary>
internal struct CallWatch
{
    private readonly TimeProvider _clock;
    private readonly DateTimeOffset? _deadline;
    private CancellationTokenRegistration _onCallerCancels;
    private CancellationTokenRegistration _onChannelCloses;
    private Alarm? _alarm;

    /// <summary>For a deadline as <see cref="CallOptions.Deadline"/> says it.</summary>
    /// <exception cref="InvalidOperationException">It is neither UTC nor one of the two ends of the calendar.</exception>
    public CallWatch(TimeProvider clock, DateTime? deadline, CancellationToken caller)
    {
        _clock = clock;
        Caller = caller;
        _deadline = deadline switch
        {
            null => null,
            { } never when never == DateTime.MaxValue => null,
            { Kind: DateTimeKind.Utc } time => new DateTimeOffset(time),
            { } past when past == DateTime.MinValue => DateTimeOffset.MinValue,
            _ => throw new InvalidOperationException("A deadline is UTC, DateTime.MinValue or DateTime.MaxValue."),
        };
    }

    /// <summary>The caller's token.</summary>
    public CancellationToken Caller { get; }

    /// <summary>How long the call may still take; null for ever.</summary>
    public readonly TimeSpan? Left => _deadline - _clock.GetUtcNow();

    /// <summary>Whether the deadline has passed by this side's clock.</summary>
    public readonly bool HasPassed => Left <= TimeSpan.Zero;

    /// <summary>Watches from now on; what has happened already cancels the call at once.</summary>
    /// <param name="call">The call to cancel.</param>
    /// <param name="source">The call's token source, with the alarm for its deadline.</param>
    /// <param name="idles">Whether the call will be without an operation at times. An operation itself sees its token fire when the channel closes.</param>
    public void Begin(ClientCall call, Cancellations.Source source, bool idles)
    {
        if (_deadline is not null)
        {
            if (HasPassed)
            {
                call.Cancel(new Status(StatusCode.DeadlineExceeded, "The deadline had passed before the call began."));
                return;
            }

            _alarm = source.Alarm(_clock);
            _alarm.Set(call, Left!.Value);
        }

        _onCallerCancels = Caller.UnsafeRegister(
            static call => ((ClientCall)call!).Cancel(new Status(StatusCode.Cancelled, "The call was cancelled by its caller.")), call);
        if (idles)
        {
            // The call's own token, which the channel cancels when it closes; whoever else does so has said why before.
            _onChannelCloses = source.Token.UnsafeRegister(static call => ((ClientCall)call!).Cancel(ClientCall.ChannelDisposed), call);
        }
    }

    /// <summary>The deadline has passed, or the alarm came early.</summary>
    public readonly void OnAlarm(ClientCall call)
    {
        if (HasPassed)
        {
            call.Cancel(new Status(StatusCode.DeadlineExceeded, "The deadline has passed."));
        }
        else
        {
            _alarm!.SetAgain(call, Left!.Value);
        }
    }

    /// <summary>Watches no longer.</summary>
    public readonly void End()
    {
        _alarm?.Silence();
        _onCallerCancels.Unregister(); // Not Dispose, which would wait for a callback that is running: it may be what brought us here.
        _onChannelCloses.Unregister();
    }
}
