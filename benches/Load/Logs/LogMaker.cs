using System.Diagnostics;
using System.Security.Cryptography;
using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Storage;
using Exchange.Vocabulary;

namespace Exchange.Benches.Load.Logs;

/// <summary>Writes a log of many entries in groups of a thousand, as an appender would leave it, with one sync at the end of each segment.</summary>
internal static class LogMaker
{
    private const int GroupEntries = 1000;
    private const int SegmentBytes = 64 * 1024 * 1024;

    internal static TimeSpan Make(ILogStorage storage, string origin, ECDsa key, ulong entries, CancellationToken cancellation = default)
    {
        var start = Stopwatch.GetTimestamp();
        var random = new Random(1);
        byte[][] bodies = [.. Enumerable.Range(0, 64).Select(_ => SomeEntry.Body(random))];
        var bounds = Array.ConvertAll(bodies, SomeEntry.Bound);
        var (state, keyId) = (new LogState(), KeyThumbprint.Of(key));
        var builder = new GroupBuilder(origin, state, SegmentLayout.MaximumGroupBytes);
        ILogFile? file = null;
        var (offset, previous) = (0L, 0UL);
        while (state.Size < entries)
        {
            cancellation.ThrowIfCancellationRequested();
            var before = state.Size;
            if (file is null || offset + SegmentLayout.MaximumGroupBytes > SegmentBytes)
            {
                file?.Sync();
                file?.Dispose();
                file = storage.Create(SegmentLayout.FileName(before), SegmentBytes);
                var header = new byte[SegmentLayout.HeaderBytes];
                new SegmentHeader { Origin = origin, FileBytes = SegmentBytes, PreviousFirstIndex = previous, Before = state }.Write(header);
                file.Write(0, header);
                (offset, previous) = (SegmentLayout.HeaderBytes, before);
            }

            var count = (int)Math.Min(GroupEntries, entries - before);
            for (var i = 0; i < count; i++)
            {
                builder.Append(bodies[i % bodies.Length], bounds[i % bodies.Length], new Instant(1_790_000_000_000_000 + (long)before));
            }

            builder.Seal(key, keyId);
            file.Write(offset, builder.Extent.Span);
            offset += builder.Extent.Length;
        }

        file?.Sync();
        file?.Dispose();
        storage.SyncDirectory();
        return Stopwatch.GetElapsedTime(start);
    }
}
