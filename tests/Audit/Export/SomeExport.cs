using Exchange.Audit.Export;
using Exchange.Audit.Proofs.Checkpoints;
using Exchange.Audit.Proofs.Notes;
using Exchange.Audit.Proofs.Tiles;
using Exchange.Audit.Reading;
using Exchange.Audit.Tests.Appending;
using Exchange.Vocabulary;

namespace Exchange.Audit.Tests.Export;

/// <summary>A log of groups of seven entries, with checkpoints.</summary>
internal sealed class SomeExport : IPublishedCheckpoints, IDisposable
{
    private readonly SortedDictionary<ulong, SignedNote> _notes = [];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("export-");

    private SomeExport(MemoryDisk disk)
    {
        Disk = disk;
        Reader = new LogReader(disk.Mount());
    }

    internal static INoteSigner Signer { get; } = EcdsaNoteKey.Signer(Some.Origin, Some.Key);

    internal MemoryDisk Disk { get; }

    internal LogReader Reader { get; }

    internal string Folder => _folder.FullName;

    internal ComputedTiles Tiles { get; private set; } = null!;

    internal PublishedLog Published => new(Reader, Tiles, this, new PublishedFolders { Snapshots = Path.Combine(Folder, "snapshots"), Keys = Path.Combine(Folder, "keys") });

    public SignedNote? Newest => _notes.Count > 0 ? _notes.Values.Last() : null;

    public IEnumerable<ulong> Kept => _notes.Keys;

    public SignedNote? Of(ulong size) => _notes.GetValueOrDefault(size);

    /// <summary>Writes entries and signs checkpoints at some sizes, the last at the end.</summary>
    internal static async Task<SomeExport> Of(int entries, params ulong[] checkpoints)
    {
        var disk = new MemoryDisk();
        var random = new Random(8);
        await using (var log = Some.Log(disk.Mount(), Some.SmallOptions with { SegmentBytes = 4 * Some.SmallOptions.SegmentBytes }))
        {
            foreach (var chunk in Enumerable.Range(0, entries).Select(_ => Some.Body(random)).Chunk(7))
            {
                await log.AppendTogether(chunk);
            }
        }

        var export = new SomeExport(disk);
        export.Tiles = ComputedTiles.Of(export.Reader, (ulong)entries, Path.Combine(export.Folder, "tiles"));
        foreach (var size in checkpoints)
        {
            export._notes[size] = new Checkpoint(Some.Origin, size, export.Tree((ulong)entries).Root(size)).Sign(Signer);
        }

        return export;
    }

    internal TiledTree Tree(ulong size) => new(Tiles, size);

    internal Digest RootOfTheLog()
    {
        using var groups = Reader.Groups(0);
        var root = default(Digest);
        while (groups.MoveNext())
        {
            root = groups.Current.Trailer.TreeRoot;
        }

        return root;
    }

    public void Dispose()
    {
        Tiles?.Dispose();
        _folder.Delete(recursive: true);
    }
}
