using Exchange.Audit.Proofs.Segments;

namespace Exchange.Audit;

/// <summary>How a node keeps its audit log.</summary>
public sealed record AuditLogOptions
{
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

    /// <summary>Appends that wait for the log at once; further callers wait, without a thread, until there is room.</summary>
    public int QueueCapacity { get; init; } = 8192;

    /// <summary>How far the clock may be behind the last entry, whose time is then repeated. Beyond it appends are refused.</summary>
    public TimeSpan ToleratedClockSlew { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long after finding no room for the reserve the log tries again.</summary>
    public TimeSpan RoomRetryInterval { get; init; } = TimeSpan.FromSeconds(10);

    internal void Validate()
    {
        if (Origin.Length == 0 || System.Text.Encoding.UTF8.GetByteCount(Origin) > 255 || Origin.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '+'))
        {
            throw new ArgumentException($"The log origin '{Origin}' must have 1 to 255 bytes, without spaces, plus signs and control characters.");
        }

        Within(MaximumGroupBytes, SegmentLayout.MinimumGroupBytes, SegmentLayout.MaximumGroupBytes, nameof(MaximumGroupBytes));
        Within(MaximumGroupEntries, 1, SegmentLayout.MaximumGroupEntries, nameof(MaximumGroupEntries));
        Within(SegmentBytes, SegmentLayout.HeaderBytes + MaximumGroupBytes, 1 << 30, nameof(SegmentBytes));
        Within(QueueCapacity, 1, 1 << 20, nameof(QueueCapacity));
        if (SegmentBytes % SegmentLayout.SectorBytes != 0)
        {
            throw new ArgumentException($"{nameof(SegmentBytes)} is {SegmentBytes}; it must be a multiple of {SegmentLayout.SectorBytes}.");
        }
    }

    private static void Within(int value, int least, int most, string name)
    {
        if (value < least || value > most)
        {
            throw new ArgumentException($"{name} is {value}; it must be from {least} to {most}.");
        }
    }
}
