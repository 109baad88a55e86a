using System.Buffers.Binary;
using System.Security.Cryptography;
using Exchange.Audit.Proofs.Checkpoints;
using Exchange.Audit.Proofs.Notes;
using Exchange.Audit.Proofs.Segments;
using Exchange.Format.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Audit.Tests.Verification;

/// <summary>A log of 70,000 small entries in groups of 1 to 300 over several segments, made once, whole and sound; and how to make it again otherwise.</summary>
internal sealed class LargeLog
{
    internal const int Entries = 70_000;
    internal const string Origin = Some.Origin;

    private const int SegmentBytes = SegmentLayout.HeaderBytes + (1200 * 1024);
    private const int BodyBytes = 20;

    private static readonly Lazy<LargeLog> Made = new(() => new LargeLog());

    private LargeLog()
    {
        var random = new Random(70);
        Signers = [EcdsaNoteKey.Signer(Origin, ECDsa.Create(ECCurve.NamedCurves.nistP256)), Ed25519NoteKey.Signer(Origin, Some.Bytes(random, 32))];
        Bodies = [.. Enumerable.Range(0, Entries).Select(_ => Body(random))];
        var (state, previous, segment) = (new LogState(), 0UL, Array.Empty<byte>());
        var builder = new GroupBuilder(Origin, state, SegmentLayout.MaximumGroupBytes);
        var at = int.MaxValue;
        while (state.Size < Entries)
        {
            var (first, before) = (state.Size, state.Tree.Copy());
            var (lastLeafHash, lastTime) = (state.LastLeafHash, state.LastTime);
            var count = Math.Min(random.Next(1, 301), Entries - (int)first);
            if (at > SegmentBytes - (300 * 128))
            {
                segment = new byte[SegmentBytes];
                WriteHeader(segment, previous, new LogState(before.Copy(), lastLeafHash, lastTime));
                Segments.Add((SegmentLayout.FileName(first), segment));
                (previous, at) = (first, SegmentLayout.HeaderBytes);
            }

            Seal(builder, first, count, Bodies, Some.Key, KeyThumbprint.Of(Some.Key));
            builder.Extent.Span.CopyTo(segment.AsSpan(at));
            Groups.Add(new LargeGroup(Segments.Count - 1, at, builder.Extent.Length, first, count, new LogState(before, lastLeafHash, lastTime)));
            at += builder.Extent.Length;
        }

        Kept = [.. Enumerable.Range(1, 9).Select(tenth => Groups[Groups.Count * tenth / 10].FirstIndex)];
        Published = TestPublisher.Publish(Origin, Segments, Kept, Signers);
    }

    internal static LargeLog Instance => Made.Value;

    internal INoteSigner[] Signers { get; }

    internal IReadOnlyList<byte[]> Bodies { get; }

    internal List<(string Name, byte[] Bytes)> Segments { get; } = [];

    internal List<LargeGroup> Groups { get; } = [];

    /// <summary>Sizes of the checkpoints that are kept.</summary>
    internal IReadOnlyList<ulong> Kept { get; }

    /// <summary>The whole as an export.</summary>
    internal IReadOnlyDictionary<string, byte[]> Published { get; }

    /// <summary>A body of the one length that all have, so that another entry can stand in the place of each.</summary>
    internal static byte[] Body(Random random)
    {
        var body = new AuditEntry { Kind = EntryKind.Administrative, TransferId = ByteString.CopyFrom(Some.Bytes(random, 16)) }.ToByteArray();
        return body.Length == BodyBytes ? body : throw new InvalidOperationException($"A body has {body.Length} bytes.");
    }

    /// <summary>The checkpoint of a size, as the log signed it.</summary>
    internal static byte[] Sign(ulong size, in Digest root, params INoteSigner[] signers) => new Checkpoint(Origin, size, root).Sign(signers).ToBytes();

    /// <summary>Where an entry stands: its group, and its bytes with their length before them in the segment.</summary>
    internal (int Group, int Start, int End) Place(ulong index)
    {
        var group = Groups.FindLastIndex(group => group.FirstIndex <= index);
        var bytes = Segments[Groups[group].Segment].Bytes;
        var start = Groups[group].Offset + GroupHeader.Size;
        for (var at = Groups[group].FirstIndex; ; at++)
        {
            var end = start + sizeof(ushort) + BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(start));
            if (at == index)
            {
                return (group, start, end);
            }

            start = end;
        }
    }

    /// <summary>Segments of which those from a group on say something else: entries, chain, trees and signatures made anew by somebody with a key.</summary>
    internal List<(string Name, byte[] Bytes)> Rewrite(int fromGroup, IReadOnlyList<byte[]> bodies, ECDsa key, Digest keyId)
    {
        var segments = Segments.ToList();
        var before = Groups[fromGroup].Before;
        var state = new LogState(before.Tree.Copy(), before.LastLeafHash, before.LastTime);
        var builder = new GroupBuilder(Origin, state, SegmentLayout.MaximumGroupBytes);
        for (var i = fromGroup; i < Groups.Count; i++)
        {
            var group = Groups[i];
            if (segments[group.Segment].Bytes == Segments[group.Segment].Bytes)
            {
                segments[group.Segment] = (Segments[group.Segment].Name, [.. Segments[group.Segment].Bytes]);
                if (group.Offset == SegmentLayout.HeaderBytes && group.Segment > 0)
                {
                    var previous = Groups.First(other => other.Segment == group.Segment - 1).FirstIndex;
                    WriteHeader(segments[group.Segment].Bytes, previous, new LogState(state.Tree.Copy(), state.LastLeafHash, state.LastTime));
                }
            }

            Seal(builder, group.FirstIndex, group.Count, bodies, key, keyId);
            builder.Extent.Length.ShouldBe(group.Length);
            builder.Extent.Span.CopyTo(segments[group.Segment].Bytes.AsSpan(group.Offset));
        }

        return segments;
    }

    private static void Seal(GroupBuilder builder, ulong first, int count, IReadOnlyList<byte[]> bodies, ECDsa key, Digest keyId)
    {
        for (var i = 0; i < count; i++)
        {
            var index = (int)first + i;
            builder.Append(bodies[index], Digest.Zero, new Instant(1_795_000_000_000_000 + (index * 1000L)));
        }

        builder.Seal(key, keyId);
    }

    private static void WriteHeader(byte[] segment, ulong previous, LogState before) =>
        new SegmentHeader { Origin = Origin, FileBytes = SegmentBytes, PreviousFirstIndex = previous, Before = before }.Write(segment);
}

/// <summary>Where a group stands, and how the log stood before it.</summary>
internal sealed record LargeGroup(int Segment, int Offset, int Length, ulong FirstIndex, int Count, LogState Before)
{
    internal ulong NextIndex => FirstIndex + (ulong)Count;
}
