using Exchange.Audit.Proofs.Segments;
using Exchange.Vocabulary;

namespace Exchange.Audit.Tests.Segments;

/// <summary>A verifier may read while the node writes: what it read too early must not look like damage.</summary>
public sealed class GrowingSegmentTests
{
    [Fact]
    public void A_log_that_grows_past_the_readers_buffer_while_it_is_read_is_no_damage()
    {
        var whole = Segment(groups: 80);
        var source = new GrowingSource(whole, firstBytes: SegmentLayout.HeaderBytes + 70_000);
        var reader = SegmentReader.Open(source, out var problem).ShouldNotBeNull(problem);

        var groups = 0;
        while (reader.MoveNext())
        {
            groups++;
        }

        (reader.End, reader.Problem, groups).ShouldBe((SegmentEnd.Clean, string.Empty, 80));
        source.Reads.ShouldBeGreaterThan(2);
    }

    /// <summary>A segment of groups of one entry of 60,000 bytes: more than the reader's buffer holds.</summary>
    private static byte[] Segment(int groups)
    {
        var state = new LogState();
        var segment = new byte[SegmentLayout.HeaderBytes + (groups + 1) * SegmentLayout.MinimumGroupBytes];
        new SegmentHeader { Origin = Some.Origin, FileBytes = segment.Length, PreviousFirstIndex = 0, Before = state }.Write(segment);
        var builder = new GroupBuilder(Some.Origin, state, SegmentLayout.MinimumGroupBytes);
        var (body, at) = (Some.BodyOf(60_000), SegmentLayout.HeaderBytes);
        for (var group = 0; group < groups; group++)
        {
            builder.Append(body, Digest.Zero, Instant.From(Some.Noon));
            builder.Seal(Some.Key, Digest.Zero);
            builder.Extent.Span.CopyTo(segment.AsSpan(at));
            at += builder.Extent.Length;
        }

        return segment;
    }

    /// <summary>Shows the front of a segment in the first read of its groups, and all of it from the next read on.</summary>
    private sealed class GrowingSource(byte[] whole, int firstBytes) : ISegmentSource
    {
        public string Name => "growing";

        public long Length => whole.Length;

        internal int Reads { get; private set; }

        public int Read(long offset, Span<byte> destination)
        {
            var count = new BytesSource(Name, whole).Read(offset, destination);
            if (Reads++ == 1)
            {
                destination[Math.Min(count, firstBytes)..count].Clear();
            }

            return count;
        }
    }
}
