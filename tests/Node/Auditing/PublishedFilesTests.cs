using System.Net;
using Exchange.Audit.Proofs.Checkpoints;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Notes;
using Exchange.Audit.Proofs.Tiles;
using Exchange.Cli.Demo.World;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Node.Tests.Auditing;

/// <summary>The published log over plain HTTP, as any tlog-tiles client reads it.</summary>
public sealed class PublishedFilesTests : IAsyncLifetime
{
    private AuditedWorld _world = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _world = await AuditedWorld.StartAsync();
        await _world.TransferAsync();
        _world.Clock.Advance(TimeSpan.FromSeconds(60));
        await AuditedWorld.UntilAsync(() => _world.Log.Checkpoints!.Newest is { } newest && newest.Text.Split('\n')[1] != "1", "a checkpoint on schedule");
        _http = new HttpClient { BaseAddress = new Uri($"http://{_world.Node.Address.Operations}/log/") };
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task The_tiles_give_the_root_of_the_signed_checkpoint()
    {
        var checkpoint = await CheckpointAsync();

        new TiledTree(new HttpTiles(_http), checkpoint.Size).Root(checkpoint.Size).ShouldBe(checkpoint.Root);
    }

    [Fact]
    public async Task Each_entry_of_a_bundle_hashes_to_its_leaf()
    {
        var checkpoint = await CheckpointAsync();
        var bundle = await _http.GetByteArrayAsync(new Uri(TileAddress.Holding(TileAddress.Entries, 0, checkpoint.Size).Path, UriKind.Relative));

        var tree = new TiledTree(new HttpTiles(_http), checkpoint.Size);
        var at = 0;
        for (var index = 0UL; index < checkpoint.Size; index++)
        {
            var length = (bundle[at] << 8) | bundle[at + 1];
            TreeHash.Leaf(bundle.AsSpan(at + 2, length)).ShouldBe(tree.LeafHash(index));
            at += 2 + length;
        }

        at.ShouldBe(bundle.Length);
    }

    [Fact]
    public async Task A_checkpoint_is_text_that_nobody_caches_and_a_tile_never_changes()
    {
        var size = (await CheckpointAsync()).Size;
        using var checkpoint = await _http.GetAsync(new Uri("checkpoint", UriKind.Relative));
        using var tile = await _http.GetAsync(new Uri(TileAddress.Holding(0, 0, size).Path, UriKind.Relative));
        using var bundle = await _http.GetAsync(new Uri(TileAddress.Holding(TileAddress.Entries, 0, size).Path, UriKind.Relative));

        checkpoint.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; charset=utf-8");
        checkpoint.Headers.CacheControl!.NoCache.ShouldBeTrue();
        tile.Content.Headers.ContentType!.ToString().ShouldBe("application/octet-stream");
        (tile.Headers.CacheControl!.Public, tile.Headers.CacheControl.MaxAge).ShouldBe((true, TimeSpan.FromDays(365)));
        (bundle.Headers.CacheControl!.Private, bundle.Headers.CacheControl.MaxAge).ShouldBe((true, TimeSpan.FromDays(365)));
    }

    [Fact]
    public async Task The_public_keys_lie_beside_the_log_and_no_private_one_does()
    {
        var keys = Directory.EnumerateFiles(NodeFiles.Keys(_world.World.DataFolder)).Select(path => Path.GetFileName(path)).ToList();

        keys.Count(name => name.EndsWith(".pem", StringComparison.Ordinal)).ShouldBe(1);
        keys.Count(name => name.EndsWith(".vkey", StringComparison.Ordinal)).ShouldBe(2);
        foreach (var name in keys)
        {
            (await _http.GetStringAsync(new Uri($"keys/{name}", UriKind.Relative))).ShouldNotContain("PRIVATE");
        }
    }

    [Fact]
    public async Task Nothing_else_is_there()
    {
        string[] paths =
        [
            "linkage",
            "",
            "tile/0/001",
            "tile/0/000.p/0",
            "tile/0/0",
            "tile/7/000",
            "tile/entries/x001/000",
            "batches/999",
            "checkpoints/1",
            "snapshots/..%2f..%2fnode.yaml",
            "snapshots/%2e%2e/consents.db",
            "keys/%5c..%5cmaster.key",
            "keys/%2e",
            "log/00000000000000000000.segment",
            "../certs/node/master.key",
        ];
        foreach (var path in paths)
        {
            using var response = await _http.GetAsync(new Uri(_http.BaseAddress + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));

            response.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        }
    }

    [Fact]
    public async Task A_member_does_not_get_them_however_sound_its_certificate()
    {
        using var handler = Exchange.Identity.MemberTls.Handler(
            _world.OptionsOf(AuditedWorld.Auditor).Certificate, DemoMembers.Node, _world.World.Authority.Anchor, TimeProvider.System, TimeSpan.FromSeconds(5));
        using var http = new HttpClient(handler) { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var response = await http.GetAsync(new Uri(_world.Node.Address.Endpoint, "/log/checkpoint"));

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Bundles_that_were_read_are_one_entry_and_hashes_are_none()
    {
        var size = (await CheckpointAsync()).Size;
        var path = TileAddress.Holding(TileAddress.Entries, 0, size).Path;
        await _http.GetByteArrayAsync(new Uri(path, UriKind.Relative));
        await _http.GetByteArrayAsync(new Uri(path, UriKind.Relative));
        await _http.GetByteArrayAsync(new Uri(TileAddress.Holding(0, 0, size).Path, UriKind.Relative));

        _world.Clock.Advance(TimeSpan.FromSeconds(10));

        var read = await _world.UntilLoggedAsync(EntryKind.LogRead);
        (read.Actor, read.ReadAs, read.ReadFrom, read.ReadTo, read.Count).ShouldBe((DemoMembers.Node.Value, "files", 0UL, size, 2 * size));
    }

    private async Task<Checkpoint> CheckpointAsync()
    {
        SignedNote.TryParse(await _http.GetByteArrayAsync(new Uri("checkpoint", UriKind.Relative)), out var note, out var problem).ShouldBeTrue(problem);
        note.VerifiedBy(_world.OptionsOf(AuditedWorld.Auditor).CheckpointKeys).Length.ShouldBe(2);
        Checkpoint.TryParse(note.Text, out var checkpoint, out problem).ShouldBeTrue(problem);
        return checkpoint;
    }

    private sealed class HttpTiles(HttpClient http) : IHashTiles
    {
        public ReadOnlyMemory<byte> Read(TileAddress tile)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(tile.Path, UriKind.Relative));
            using var response = http.Send(request);
            using var content = new MemoryStream();
            response.EnsureSuccessStatusCode().Content.ReadAsStream().CopyTo(content);
            return content.ToArray();
        }
    }
}
