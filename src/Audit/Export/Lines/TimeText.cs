using System.Buffers.Text;
using System.Globalization;
using Exchange.Vocabulary;

namespace Exchange.Audit.Export.Lines;

/// <summary>Times of entries as ISO 8601 with microseconds, UTC, in UTF-8.</summary>
internal static class TimeText
{
    /// <summary>Room for a time, or for the digits of one that no calendar has.</summary>
    internal const int Length = 32;

    private const long LastMicrosecond = 253_402_300_799_999_999;

    internal static int Write(ulong microseconds, Span<byte> destination)
    {
        if (microseconds > LastMicrosecond)
        {
            Utf8Formatter.TryFormat(microseconds, destination, out var digits);
            return digits;
        }

        new Instant((long)microseconds).ToDateTimeOffset().TryFormat(destination, out var written, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        return written;
    }
}
