using System.Text;
using Exchange.Audit.Proofs.Segments;

namespace Exchange.Audit;

/// <summary>How a node keeps its audit log.</summary>
public sealed record AuditLogOptions
{
    private static readonly TimeSpan LongestGatheringTime = TimeSpan.FromMilliseconds(100);

    /// <summary>The log's name, for instance <c>exchange.test/node-1</c>: 1 to 255 bytes, no space, no plus sign, no control character.</summary>
    public required string Origin { get; init; }

    /// <summary>
    /// Bytes of a segment file, preallocated. There is always one more in reserve, which lets what is critical be written when the disk is full.
    /// </summary>
    public int SegmentBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Bound on a group commit in bytes on disk.</summary>
    public int MaximumGroupBytes { get; init; } = SegmentLayout.MaximumGroupBytes;

    /// <summary>Bound on a group commit in entries.</summary>
    public int MaximumGroupEntries { get; init; } = SegmentLayout.MaximumGroupEntries;

    /// <summary>
    /// How long the appender, while several append at once, waits after a commit for those who are likely to come, so that one signature
    /// and one sync serve more of them; 0 to 100 ms. Where those who were announced take long, it waits an eighth of that time, at most ten times this. While one appends at a time it does not wait. The default is about what a commit takes on a
    /// busy machine: docs/decisions/2026-11-22-commits-wait-for-company.md.
    /// </summary>
    public TimeSpan GatheringTime { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>How far the clock may be behind the last entry, whose time is then repeated. Beyond it appends are refused.</summary>
    public TimeSpan ToleratedClockSlew { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long after finding no room for the reserve the log tries again.</summary>
    public TimeSpan RoomRetryInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Refuses what is out of range, naming option, value and bounds.</summary>
    internal static void Validate(AuditLogOptions options)
    {
        var origin = options.Origin;
        if (origin.Length == 0 || Encoding.UTF8.GetByteCount(origin) > 255 || origin.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '+'))
        {
            throw new ArgumentException($"{nameof(Origin)} is '{origin}'; it must have 1 to 255 bytes, without spaces, plus signs and control characters.", nameof(options));
        }

        Within(nameof(MaximumGroupBytes), options.MaximumGroupBytes, SegmentLayout.MinimumGroupBytes, SegmentLayout.MaximumGroupBytes);
        Within(nameof(MaximumGroupEntries), options.MaximumGroupEntries, 1, SegmentLayout.MaximumGroupEntries);
        Within(nameof(SegmentBytes), options.SegmentBytes, SegmentLayout.HeaderBytes + options.MaximumGroupBytes, SegmentLayout.MaximumSegmentBytes);
        if (options.SegmentBytes % SegmentLayout.SectorBytes != 0)
        {
            throw new ArgumentException($"{nameof(SegmentBytes)} is {options.SegmentBytes}; it must be a multiple of {SegmentLayout.SectorBytes}.", nameof(options));
        }

        if (options.GatheringTime < TimeSpan.Zero || options.GatheringTime > LongestGatheringTime)
        {
            throw new ArgumentException($"{nameof(GatheringTime)} is {options.GatheringTime}; it must be from 0 to {LongestGatheringTime.TotalMilliseconds} ms.", nameof(options));
        }

        void Within(string name, int value, int least, int most)
        {
            if (value < least || value > most)
            {
                throw new ArgumentException($"{name} is {value}; it must be from {least} to {most}.", nameof(options));
            }
        }
    }
}
