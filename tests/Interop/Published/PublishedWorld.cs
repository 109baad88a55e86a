using Exchange.Cli;
using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Samples.Marketplace.Books;
using Exchange.Vocabulary;

namespace Exchange.Interop.Tests.Published;

/// <summary>The log of a node that ran three times and refused three hundred calls, exported: more entries than a bundle has, and several checkpoints.</summary>
public sealed class PublishedWorld : IAsyncLifetime
{
    private static readonly DateTimeOffset Until = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private DemoWorld _world = null!;

    /// <summary>The published log; who spoils it takes a copy.</summary>
    public string Export => Path.Combine(_world.Folder, "export");

    /// <summary>The public checkpoint keys.</summary>
    public string Keys => Path.Combine(_world.Folder, "certs", "node", "checkpoint.vkeys");

    /// <summary>Entries of the newest checkpoint.</summary>
    public int Size { get; private set; }

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _world = await DemoWorld.CreateAsync(new DemoWorldOptions { Book = new SampleBook(seed: 11, Until) });
        for (var run = 0; run < 3; run++)
        {
            await _world.StartNodeAsync();
            await AskInVainAsync(times: 100);
            await _world.StopNodeAsync();
        }

        await RunAsync("audit", "export", _world.DataFolder, "--to", Export);
        Size = int.Parse(File.ReadLines(Path.Combine(Export, "checkpoint")).ElementAt(1), System.Globalization.CultureInfo.InvariantCulture);
        Size.ShouldBeGreaterThan(300);
    }

    /// <inheritdoc/>
    public async Task DisposeAsync() => await _world.DisposeAsync();

    /// <summary>A copy of the export, to be spoilt.</summary>
    public string CopyExport()
    {
        var copy = Path.Combine(_world.Folder, Path.GetRandomFileName());
        foreach (var file in Directory.EnumerateFiles(Export, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(Export, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return copy;
    }

    /// <summary>A new file with the proof of one entry.</summary>
    public async Task<string> ProveAsync(int index)
    {
        var file = Path.Combine(_world.Folder, Path.GetRandomFileName());
        await RunAsync("audit", "proof", _world.DataFolder, $"{index}", "--to", file);
        return file;
    }

    /// <summary>A new file with the proof that the log only grew, from one size to another.</summary>
    public async Task<string> ProveGrowthAsync(int oldSize, int newSize)
    {
        var file = Path.Combine(_world.Folder, Path.GetRandomFileName());
        await File.WriteAllTextAsync(file, await RunAsync("audit", "proof", _world.DataFolder, "--consistency", $"{oldSize}", $"{newSize}", "--json"));
        return file;
    }

    /// <summary>Calls that are refused: each is an entry.</summary>
    private async Task AskInVainAsync(int times)
    {
        var query = DemoQueries.ForDeduction(new Citizen("9999"), Period.YearBefore(Instant.From(Until)));
        await using var client = _world.ConnectAs(DemoMembers.TaxService);
        for (var i = 0; i < times; i++)
        {
            await Should.ThrowAsync<ExchangeRefusedException>(() => client.FetchAsync(query));
        }
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        using var data = new StringWriter();
        using var prose = new StringWriter();
        (await ExchangeCommandLine.RunAsync(arguments, data, prose)).ShouldBe(0, prose.ToString());
        return data.ToString();
    }
}
