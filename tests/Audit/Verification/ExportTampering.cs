using System.Buffers.Binary;
using System.Security.Cryptography;
using Exchange.Audit.Proofs.Notes;
using Exchange.Audit.Proofs.Publication;
using Exchange.Audit.Proofs.Tiles;
using Exchange.Audit.Proofs.Verification;
using Exchange.Vocabulary;

namespace Exchange.Audit.Tests.Verification;

/// <summary>What can be done to the files of an export.</summary>
internal static class ExportTampering
{
    private const int SignatureAt = 16 + (2 * Digest.Size);

    /// <summary>Each takes its random choices and makes one copy.</summary>
    internal static IReadOnlyList<Func<Random, TamperedCopy>> Recipes { get; } =
    [
        FlippedBitOfAnEntry, FlippedBitOfATile, FlippedBitOfABatchRecord, FlippedBitOfACheckpoint, SwappedEntries, DeletedEntry, InsertedEntry, MissingFile, CutBundle, CutFile,
        BundlesUnderEachOthersNames, OldCheckpoint, HistoryRewrittenWithTheKeys, ForgeryUnderOtherKeys, BundleOfAnotherHistory, ForgedSignature, TwoHistories, TileAndEntryChangedTogether,
    ];

    private static LargeLog Log => LargeLog.Instance;

    private static TamperedCopy FlippedBitOfAnEntry(Random random)
    {
        var (files, index) = (Copy(), SomeEntry(random));
        var entries = Entries(files, index);
        var entry = entries[At(index)];
        var bit = random.Next(8 * entry.Length);
        entry[bit / 8] ^= (byte)(1 << (bit % 8));
        files[Bundle(index)] = [.. entries.SelectMany(bytes => bytes)];
        return TamperedCopy.OfExport($"bit {bit} of entry {index} flipped", files, index);
    }

    private static TamperedCopy FlippedBitOfATile(Random random)
    {
        var files = Copy();
        var path = Pick(random, path => TileAddress.TryParse(path, out var tile) && tile.Level >= 0);
        Flip(random, files.Copy(path));
        return TamperedCopy.OfExport($"bit of {path} flipped", files, null);
    }

    private static TamperedCopy FlippedBitOfABatchRecord(Random random)
    {
        var (files, group) = (Copy(), SomeGroup(random));
        Flip(random, Record(files, group).Span);
        return TamperedCopy.OfExport($"bit of the record of the group of entry {group.FirstIndex} flipped", files, group.FirstIndex);
    }

    private static TamperedCopy FlippedBitOfACheckpoint(Random random)
    {
        var files = Copy();
        var path = Pick(random, path => path.StartsWith(PublishedPath.Checkpoint, StringComparison.Ordinal));
        var bytes = files.Copy(path);

        // In the text or in the line that decides: with a spoilt name the other line is merely a stranger's, as the format wants it.
        Flip(random, bytes.AsSpan(0, bytes.AsSpan().LastIndexOf("\u2014"u8)));
        return TamperedCopy.OfExport($"bit of {path} flipped", files, null);
    }

    private static TamperedCopy SwappedEntries(Random random)
    {
        var index = SomeEntry(random) & ~1UL;
        return Changed($"entries {index} and the next swapped", index, entries => (entries[At(index)], entries[At(index) + 1]) = (entries[At(index) + 1], entries[At(index)]), index);
    }

    private static TamperedCopy DeletedEntry(Random random)
    {
        var index = SomeEntry(random);
        return Changed($"entry {index} deleted", index, entries => entries.RemoveAt(At(index)), index);
    }

    private static TamperedCopy InsertedEntry(Random random)
    {
        var index = SomeEntry(random);
        return Changed($"entry {index} twice", index, entries => entries.Insert(At(index), entries[At(index)]), index + 1);
    }

    private static TamperedCopy MissingFile(Random random)
    {
        var files = Copy();
        var path = Pick(random, path => !path.StartsWith(PublishedPath.Checkpoints + "/", StringComparison.Ordinal));
        files.Remove(path);
        ulong? firstBad = TileAddress.TryParse(path, out var bundle) && bundle.Level == TileAddress.Entries ? bundle.Index * TileAddress.FullWidth : null;
        return TamperedCopy.OfExport($"{path} missing", files, firstBad);
    }

    private static TamperedCopy CutBundle(Random random)
    {
        var (files, index) = (Copy(), SomeEntry(random));
        var entries = Entries(files, index);
        byte[] cut = [.. entries.Take(At(index)).SelectMany(bytes => bytes), .. entries[At(index)][..random.Next(entries[At(index)].Length)]];
        files[Bundle(index)] = cut;
        return TamperedCopy.OfExport($"bundle cut within entry {index}", files, index);
    }

    private static TamperedCopy CutFile(Random random)
    {
        var files = Copy();
        var path = Pick(random, path => true);
        files[path] = files[path][..random.Next(files[path].Length)];
        return TamperedCopy.OfExport($"{path} cut to {files[path].Length} bytes", files, null);
    }

    private static TamperedCopy BundlesUnderEachOthersNames(Random random)
    {
        var files = Copy();
        var index = (ulong)random.Next((LargeLog.Entries / TileAddress.FullWidth) - 2) * TileAddress.FullWidth;
        var (one, other) = (Bundle(index), Bundle(index + TileAddress.FullWidth));
        (files[one], files[other]) = (files[other], files[one]);
        return TamperedCopy.OfExport($"{one} and {other} swapped", files, index);
    }

    private static TamperedCopy OldCheckpoint(Random random)
    {
        var (files, size) = (Copy(), Log.Kept[random.Next(Log.Kept.Count)]);
        files[PublishedPath.Checkpoint] = Log.Published[PublishedPath.CheckpointOf(size)];
        foreach (var later in Log.Kept.Where(kept => kept > size))
        {
            files.Remove(PublishedPath.CheckpointOf(later));
        }

        return TamperedCopy.OfExport($"the checkpoint of {size} entries as the newest", files, size);
    }

    private static TamperedCopy HistoryRewrittenWithTheKeys(Random random)
    {
        var (index, files) = Rewrite(random, Some.Key, [], Log.Signers);
        return TamperedCopy.OfExport($"rewritten with the log's keys from entry {index} on", new PublishedFolderInMemory(files), TamperedCopy.FirstCovering(index), TamperedCopy.AllKept());
    }

    private static TamperedCopy ForgeryUnderOtherKeys(Random random)
    {
        using var forger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (index, files) = Rewrite(random, forger, Log.Kept, EcdsaNoteKey.Signer(LargeLog.Origin, forger));
        return TamperedCopy.OfExport($"forgery from entry {index} on", new PublishedFolderInMemory(files), Log.Groups[Log.Place(index).Group].FirstIndex);
    }

    private static TamperedCopy BundleOfAnotherHistory(Random random)
    {
        var (index, other) = Rewrite(random, Some.Key, [], Log.Signers);
        var files = Copy();
        files[Bundle(index)] = other[Bundle(index)];
        return TamperedCopy.OfExport($"bundle of entry {index} from another history", files, index);
    }

    private static TamperedCopy ForgedSignature(Random random)
    {
        var (files, group) = (Copy(), SomeGroup(random));
        random.NextBytes(Record(files, group).Span[SignatureAt..]);
        return TamperedCopy.OfExport($"random signature over the group of entry {group.FirstIndex}", files, group.FirstIndex);
    }

    private static TamperedCopy TwoHistories(Random random)
    {
        var (files, size) = (Copy(), Log.Kept[random.Next(Log.Kept.Count)]);
        files[PublishedPath.CheckpointOf(size)] = LargeLog.Sign(size, new Digest(Some.Bytes(random, Digest.Size)), Log.Signers);
        return TamperedCopy.OfExport($"another checkpoint of {size} entries", files, size);
    }

    /// <summary>The lowest tile fits the changed entry, and the one above does not fit it.</summary>
    private static TamperedCopy TileAndEntryChangedTogether(Random random)
    {
        var (index, other) = Rewrite(random, Some.Key, [], Log.Signers);
        var files = Copy();
        files[Bundle(index)] = other[Bundle(index)];
        var tile = TileAddress.Holding(0, index, LargeLog.Entries).Path;
        files[tile] = other[tile];
        return TamperedCopy.OfExport($"bundle and tile of entry {index} from another history", files, null);
    }

    private static (ulong Index, Dictionary<string, byte[]> Files) Rewrite(Random random, ECDsa key, IReadOnlyCollection<ulong> kept, params INoteSigner[] signers)
    {
        var (index, bodies) = (SomeEntry(random), Log.Bodies.ToList());
        bodies[(int)index] = LargeLog.Body(random);
        return (index, TestPublisher.Publish(LargeLog.Origin, Log.Rewrite(Log.Place(index).Group, bodies, key, KeyThumbprint.Of(key)), kept, signers));
    }

    private static TamperedCopy Changed(string what, ulong index, Action<List<byte[]>> change, ulong firstBad)
    {
        var files = Copy();
        var entries = Entries(files, index);
        change(entries);
        files[Bundle(index)] = [.. entries.SelectMany(bytes => bytes)];
        return TamperedCopy.OfExport(what, files, firstBad);
    }

    private static PublishedFolderInMemory Copy() => new(Log.Published);

    private static ulong SomeEntry(Random random) => (ulong)random.Next(LargeLog.Entries);

    private static LargeGroup SomeGroup(Random random) => Log.Groups[random.Next(Log.Groups.Count)];

    private static int At(ulong index) => (int)(index % TileAddress.FullWidth);

    private static string Bundle(ulong index) => TileAddress.Holding(TileAddress.Entries, index, LargeLog.Entries).Path;

    private static string Pick(Random random, Func<string, bool> wanted)
    {
        var paths = Log.Published.Keys.Where(wanted).Order(StringComparer.Ordinal).ToList();
        return paths[random.Next(paths.Count)];
    }

    /// <summary>The entries of a bundle, each with its length before it.</summary>
    private static List<byte[]> Entries(PublishedFolderInMemory files, ulong index)
    {
        var entries = new List<byte[]>();
        for (var rest = files[Bundle(index)].AsSpan(); !rest.IsEmpty; rest = rest[entries[^1].Length..])
        {
            entries.Add(rest[..(sizeof(ushort) + BinaryPrimitives.ReadUInt16BigEndian(rest))].ToArray());
        }

        return entries;
    }

    /// <summary>A group's record in a copy of its file.</summary>
    private static Memory<byte> Record(PublishedFolderInMemory files, LargeGroup group)
    {
        var bytes = files.Copy(PublishedPath.BatchesOf(group.FirstIndex));
        for (var at = 0; ; at += BatchRecord.Size)
        {
            if (BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(at)) == group.FirstIndex)
            {
                return bytes.AsMemory(at, BatchRecord.Size);
            }
        }
    }

    private static void Flip(Random random, Span<byte> bytes)
    {
        var bit = random.Next(8 * bytes.Length);
        bytes[bit / 8] ^= (byte)(1 << (bit % 8));
    }
}
