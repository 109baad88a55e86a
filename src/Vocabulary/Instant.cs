using System.Globalization;

namespace Exchange.Vocabulary;

/// <summary>A point in time: microseconds since the epoch, UTC. The one unit of time in formats, storage and API.</summary>
public readonly record struct Instant(long Microseconds) : IComparable<Instant>
{
    /// <summary>From the clock's value, truncated to the microsecond.</summary>
    public static Instant From(DateTimeOffset time) => new((time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);

    /// <summary>As the framework's type, offset zero.</summary>
    public DateTimeOffset ToDateTimeOffset() => DateTimeOffset.UnixEpoch.AddTicks(Microseconds * TimeSpan.TicksPerMicrosecond);

    /// <inheritdoc/>
    public int CompareTo(Instant other) => Microseconds.CompareTo(other.Microseconds);

    /// <summary>ISO 8601 with microseconds, UTC.</summary>
    public override string ToString() => ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Later by a duration.</summary>
    public static Instant operator +(Instant instant, TimeSpan duration) => new(instant.Microseconds + (duration.Ticks / TimeSpan.TicksPerMicrosecond));

    /// <summary>Earlier by a duration.</summary>
    public static Instant operator -(Instant instant, TimeSpan duration) => new(instant.Microseconds - (duration.Ticks / TimeSpan.TicksPerMicrosecond));

    /// <summary>The duration between two points.</summary>
    public static TimeSpan operator -(Instant later, Instant earlier) => TimeSpan.FromTicks((later.Microseconds - earlier.Microseconds) * TimeSpan.TicksPerMicrosecond);

    /// <summary>Order in time.</summary>
    public static bool operator <(Instant left, Instant right) => left.Microseconds < right.Microseconds;

    /// <summary>Order in time.</summary>
    public static bool operator >(Instant left, Instant right) => left.Microseconds > right.Microseconds;

    /// <summary>Order in time.</summary>
    public static bool operator <=(Instant left, Instant right) => left.Microseconds <= right.Microseconds;

    /// <summary>Order in time.</summary>
    public static bool operator >=(Instant left, Instant right) => left.Microseconds >= right.Microseconds;
}

/// <summary>The clock in the project's unit.</summary>
public static class Clock
{
    /// <summary>Now, in microseconds since the epoch, UTC.</summary>
    public static Instant Now(this TimeProvider clock) => Instant.From(clock.GetUtcNow());
}
