using System.Buffers.Binary;
using System.Security.Cryptography;
using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Proofs.Verification;
using Exchange.Vocabulary;

namespace Exchange.Audit.Tests.Verification;

/// <summary>What can be done to the segment files of a log. Check sums are always repaired: they are no secret.</summary>
internal static class SegmentTampering
{
    private const int FrameBytes = 24;
    private const int SignatureAt = 4 + (4 * Digest.Size);
    private const int TrailerBytes = 204;

    /// <summary>Each takes its random choices and makes one copy.</summary>
    internal static IReadOnlyList<Func<Random, TamperedCopy>> Recipes { get; } =
    [
        FlippedBitOfAnEntry, FlippedBitOfAFrame, FlippedBitOfASegmentHeader, SwappedEntries, DeletedEntry, InsertedEntry, DeletedGroup, EmptiedGroup, CutEnd, CutFile, MissingSegment,
        SegmentsUnderEachOthersNames, ForgeryUnderAnotherKey, ForgeryUnderTheRightKeyId, HistoryRewrittenWithTheKey, GroupOfAnotherHistory, ForgedSignature, SignatureOfAnotherGroup, TwoHistories, RolledBack,
    ];

    private static LargeLog Log => LargeLog.Instance;

    private static TamperedCopy FlippedBitOfAnEntry(Random random)
    {
        var index = SomeEntry(random);
        var (group, start, end) = Log.Place(index);
        return Flip(random, $"bit of entry {index}", group, start, end, index);
    }

    private static TamperedCopy FlippedBitOfAFrame(Random random)
    {
        var at = random.Next(Log.Groups.Count);
        var group = Log.Groups[at];
        var end = EndOfEntries(group);
        return random.Next(2) == 0
            ? Flip(random, $"bit of the header of group {at}", at, group.Offset, group.Offset + FrameBytes, group.FirstIndex)
            : Flip(random, $"bit of the trailer of group {at}", at, end, end + TrailerBytes, group.FirstIndex);
    }

    private static TamperedCopy FlippedBitOfASegmentHeader(Random random)
    {
        var segment = random.Next(Log.Segments.Count);
        var group = Log.Groups.FindIndex(group => group.Segment == segment);
        return Flip(random, $"bit of the header of segment {segment}", group, 0, SegmentLayout.HeaderBytes, Log.Groups[group].FirstIndex);
    }

    private static TamperedCopy SwappedEntries(Random random)
    {
        var (group, at) = (LargeGroupOf(random), random.Next(1 << 20));
        var entries = EntriesOf(group);
        at %= entries.Count - 1;
        (entries[at], entries[at + 1]) = (entries[at + 1], entries[at]);
        return Reframed($"entries {group.FirstIndex + (ulong)at} and the next swapped", group, entries, group.FirstIndex + (ulong)at);
    }

    private static TamperedCopy DeletedEntry(Random random)
    {
        var (group, at) = (LargeGroupOf(random), random.Next(1 << 20));
        var entries = EntriesOf(group);
        at %= entries.Count - 1; // Not the last: without it the trailer speaks against the one before.
        entries.RemoveAt(at);
        return Reframed($"entry {group.FirstIndex + (ulong)at} deleted", group, entries, group.FirstIndex + (ulong)at);
    }

    private static TamperedCopy InsertedEntry(Random random)
    {
        var (group, at) = (LargeGroupOf(random), random.Next(1 << 20));
        var entries = EntriesOf(group);
        at %= entries.Count;
        entries.Insert(at, entries[at]);
        return Reframed($"entry {group.FirstIndex + (ulong)at} twice", group, entries, group.FirstIndex + (ulong)at + 1);
    }

    private static TamperedCopy DeletedGroup(Random random)
    {
        var group = Log.Groups[random.Next(Log.Groups.Count - 1)];
        return Replaced($"group of entry {group.FirstIndex} deleted", group, [], group.FirstIndex);
    }

    private static TamperedCopy EmptiedGroup(Random random)
    {
        var group = Log.Groups[random.Next(Log.Groups.Count - 1)];
        return Replaced($"group of entry {group.FirstIndex} emptied", group, new byte[group.Length], group.FirstIndex);
    }

    private static TamperedCopy CutEnd(Random random) => CutAt(Log.Groups[random.Next(1, Log.Groups.Count)], "end cut off before entry");

    private static TamperedCopy RolledBack(Random random)
    {
        var size = Log.Kept[random.Next(Log.Kept.Count)];
        return CutAt(Log.Groups.Find(group => group.FirstIndex == size)!, "log as it was at the checkpoint of");
    }

    private static TamperedCopy CutAt(LargeGroup group, string what)
    {
        var (segments, bytes) = Copy(group);
        bytes.AsSpan(group.Offset).Clear();
        return TamperedCopy.OfSegments($"{what} {group.FirstIndex}", segments.Take(group.Segment + 1), group.FirstIndex);
    }

    private static TamperedCopy CutFile(Random random)
    {
        var segments = Log.Segments.ToList();
        var segment = random.Next(segments.Count);
        var length = random.Next(1, segments[segment].Bytes.Length);
        segments[segment] = (segments[segment].Name, segments[segment].Bytes[..length]);
        var groups = Log.Groups.Where(group => group.Segment == segment).ToList();
        var firstBad = length < SegmentLayout.HeaderBytes ? groups[0].FirstIndex : groups.Find(group => group.Offset + group.Length > length)?.FirstIndex ?? groups[^1].NextIndex;
        return TamperedCopy.OfSegments($"segment {segment} cut to {length} bytes", segments, firstBad);
    }

    private static TamperedCopy MissingSegment(Random random)
    {
        var segment = random.Next(1, Log.Segments.Count);
        return TamperedCopy.OfSegments($"segment {segment} missing", Log.Segments.Where((_, i) => i != segment), Log.Groups.First(group => group.Segment == segment).FirstIndex);
    }

    private static TamperedCopy SegmentsUnderEachOthersNames(Random random)
    {
        var segments = Log.Segments.ToList();
        var segment = random.Next(1, segments.Count - 1);
        (segments[segment], segments[segment + 1]) = ((segments[segment].Name, segments[segment + 1].Bytes), (segments[segment + 1].Name, segments[segment].Bytes));
        return TamperedCopy.OfSegments($"segments {segment} and the next swapped", segments, Log.Groups.First(group => group.Segment == segment).FirstIndex);
    }

    private static TamperedCopy ForgeryUnderAnotherKey(Random random)
    {
        using var forger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Forgery(random, "forgery under another key", forger, KeyThumbprint.Of(forger));
    }

    private static TamperedCopy ForgeryUnderTheRightKeyId(Random random)
    {
        using var forger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Forgery(random, "forgery under the right key id", forger, KeyThumbprint.Of(Some.Key));
    }

    private static TamperedCopy Forgery(Random random, string what, ECDsa key, in Digest keyId)
    {
        var (index, segments) = Rewrite(random, key, keyId);
        return TamperedCopy.OfSegments($"{what} from entry {index} on", segments, Log.Groups[Log.Place(index).Group].FirstIndex);
    }

    private static TamperedCopy HistoryRewrittenWithTheKey(Random random)
    {
        var (index, segments) = Rewrite(random, Some.Key, KeyThumbprint.Of(Some.Key));
        return TamperedCopy.OfSegments($"rewritten with the log's key from entry {index} on", segments, TamperedCopy.FirstCovering(index), TamperedCopy.AllKept());
    }

    private static TamperedCopy GroupOfAnotherHistory(Random random)
    {
        var (index, other) = Rewrite(random, Some.Key, KeyThumbprint.Of(Some.Key));
        var group = Log.Groups[Log.Place(index).Group];
        var (segments, bytes) = Copy(group);
        other[group.Segment].Bytes.AsSpan(group.Offset, group.Length).CopyTo(bytes.AsSpan(group.Offset));

        // The group is sound in itself and continues the log; that the next one does not continue it is what shows. The last has the checkpoint behind it.
        return TamperedCopy.OfSegments($"group of entry {group.FirstIndex} from another history", segments, group.NextIndex);
    }

    private static TamperedCopy ForgedSignature(Random random)
    {
        var group = Log.Groups[random.Next(Log.Groups.Count)];
        return Signed($"random signature over the group of entry {group.FirstIndex}", group, Some.Bytes(random, 64));
    }

    private static TamperedCopy SignatureOfAnotherGroup(Random random)
    {
        var at = random.Next(Log.Groups.Count);
        var (group, other) = (Log.Groups[at], Log.Groups[(at + random.Next(1, Log.Groups.Count)) % Log.Groups.Count]);
        var signature = Log.Segments[other.Segment].Bytes.AsSpan(EndOfEntries(other) + SignatureAt, 64).ToArray();
        return Signed($"signature of the group of entry {other.FirstIndex} over that of entry {group.FirstIndex}", group, signature);
    }

    private static TamperedCopy TwoHistories(Random random)
    {
        var size = TamperedCopy.FirstCovering(SomeEntry(random));
        var other = LargeLog.Sign(size, new Digest(Some.Bytes(random, Digest.Size)), Log.Signers);
        return TamperedCopy.OfSegments($"two checkpoints of {size} entries", Log.Segments, size, [.. TamperedCopy.AllKept(), NamedCheckpoint.Read("shown to another", other, out _)!]);
    }

    private static ulong SomeEntry(Random random) => (ulong)random.Next(LargeLog.Entries);

    private static LargeGroup LargeGroupOf(Random random)
    {
        var from = random.Next(Log.Groups.Count - 20);
        return Log.Groups.Skip(from).First(group => group.Count > 2);
    }

    private static (ulong Index, List<(string Name, byte[] Bytes)> Segments) Rewrite(Random random, ECDsa key, in Digest keyId)
    {
        var (index, bodies) = (SomeEntry(random), Log.Bodies.ToList());
        bodies[(int)index] = LargeLog.Body(random);
        return (index, Log.Rewrite(Log.Place(index).Group, bodies, key, keyId));
    }

    private static TamperedCopy Flip(Random random, string what, int group, int start, int end, ulong firstBad)
    {
        var (segments, bytes) = Copy(Log.Groups[group]);
        var bit = random.Next(8 * (end - start));
        bytes[start + (bit / 8)] ^= (byte)(1 << (bit % 8));
        return TamperedCopy.OfSegments($"{what} flipped", segments, firstBad);
    }

    private static TamperedCopy Signed(string what, LargeGroup group, byte[] signature)
    {
        var (segments, bytes) = Copy(group);
        var trailer = EndOfEntries(group);
        signature.CopyTo(bytes.AsSpan(trailer + SignatureAt));
        Repair(bytes.AsSpan(group.Offset, group.Length), trailer - group.Offset);
        return TamperedCopy.OfSegments(what, segments, group.FirstIndex);
    }

    /// <summary>A group with other entries, framed as if a node had written it.</summary>
    private static TamperedCopy Reframed(string what, LargeGroup group, List<byte[]> entries, ulong firstBad)
    {
        byte[] joined = [.. entries.SelectMany(entry => entry)];
        var header = new GroupHeader(group.FirstIndex, entries.Count, joined.Length);
        var extent = new byte[header.ExtentBytes];
        header.Write(extent);
        joined.CopyTo(extent.AsSpan(FrameBytes));
        Log.Segments[group.Segment].Bytes.AsSpan(EndOfEntries(group), TrailerBytes).CopyTo(extent.AsSpan(FrameBytes + joined.Length));
        Repair(extent, FrameBytes + joined.Length);
        return Replaced(what, group, extent, firstBad);
    }

    private static TamperedCopy Replaced(string what, LargeGroup group, byte[] extent, ulong firstBad)
    {
        var (segments, bytes) = Copy(group);
        var rest = bytes[(group.Offset + group.Length)..];
        bytes.AsSpan(group.Offset).Clear();
        extent.CopyTo(bytes.AsSpan(group.Offset));
        var room = bytes.AsSpan(group.Offset + extent.Length);
        rest.AsSpan(0, Math.Min(rest.Length, room.Length)).CopyTo(room);
        return TamperedCopy.OfSegments(what, segments, firstBad);
    }

    private static (List<(string Name, byte[] Bytes)> Segments, byte[] Bytes) Copy(LargeGroup group)
    {
        var segments = Log.Segments.ToList();
        byte[] copy = [.. segments[group.Segment].Bytes];
        segments[group.Segment] = (segments[group.Segment].Name, copy);
        return (segments, copy);
    }

    private static int EndOfEntries(LargeGroup group) =>
        group.Offset + FrameBytes + (int)BinaryPrimitives.ReadUInt32BigEndian(Log.Segments[group.Segment].Bytes.AsSpan(group.Offset + 16));

    private static List<byte[]> EntriesOf(LargeGroup group)
    {
        var entries = new List<byte[]>();
        for (var index = group.FirstIndex; index < group.NextIndex; index++)
        {
            var (_, start, end) = Log.Place(index);
            entries.Add(Log.Segments[group.Segment].Bytes[start..end]);
        }

        return entries;
    }

    private static void Repair(Span<byte> extent, int trailerAt) =>
        BinaryPrimitives.WriteUInt32BigEndian(extent[(trailerAt + TrailerBytes - 8)..], Crc32C.Compute(extent[..(trailerAt + TrailerBytes - 8)]));
}
