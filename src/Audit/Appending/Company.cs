namespace Exchange.Audit.Appending;

/// <summary>
/// For how many the next group may wait, and how long at most. Whoever was answered is likely to come again, and whoever waits already is here; or it is known how many are
/// on their way: most of them are waited for, and the slowest are not.
/// </summary>
/// <param name="gathering">The least of the longest wait; it may become ten times that.</param>
/// <param name="most">Bound on a group in entries.</param>
/// <param name="clock">Tells how fast entries come.</param>
internal sealed class Company(TimeSpan gathering, int most, TimeProvider clock)
{
    /// <summary>A wait that is short beside the time that they take anyway: an eighth of it.</summary>
    private const int Share = 8;

    private const int Longest = 10;

    /// <summary>A longer pause says nothing of the pace at which entries come.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly TimeSpan _gathering = gathering;
    private long _last = clock.GetTimestamp();
    private TimeSpan _pace;

    /// <summary>So many make the next group.</summary>
    internal int Expected { get; private set; } = 1;

    /// <summary>How long they are waited for.</summary>
    internal TimeSpan Patience { get; private set; } = gathering;

    /// <summary>After a commit.</summary>
    /// <param name="taken">How many it served.</param>
    /// <param name="waiting">How many wait already.</param>
    /// <param name="announced">How many are on their way. Those that were answered just now may not have retracted yet.</param>
    internal void Observe(int taken, int waiting, int announced)
    {
        var onTheirWay = Math.Max(0, (long)announced - taken);
        Expected = (int)Math.Min(Math.Max((long)taken + waiting, onTheirWay * 3 / 4), most);

        var now = clock.GetTimestamp();
        var passed = clock.GetElapsedTime(_last, now);
        _last = now;
        if (passed < Pause)
        {
            _pace += ((passed / taken) - _pace) / 4;
        }

        // As many as are on their way, at the pace at which they come, are as long on their way (Little's law).
        var wait = _pace * onTheirWay / Share;
        Patience = wait < _gathering ? _gathering : wait > _gathering * Longest ? _gathering * Longest : wait;
    }
}
