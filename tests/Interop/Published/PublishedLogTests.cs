using Exchange.Cli.Demo.World;

namespace Exchange.Interop.Tests.Published;

/// <summary>
/// What a node publishes of its log, checked by programs that nobody here wrote: Go's golang.org/x/mod/sumdb and an implementation of RFC 9162
/// for JavaScript.
/// </summary>
public sealed class PublishedLogTests(PublishedWorld world) : IClassFixture<PublishedWorld>
{
    [GoFact]
    public async Task Go_reads_every_entry_and_checks_it_against_the_checkpoints()
    {
        var (exitCode, output) = await GoProgram.RunAsync("log", world.Export, world.Keys);

        exitCode.ShouldBe(0, output.ToString());
        output.GetProperty("origin").GetString().ShouldBe(DemoMembers.Origin);
        output.GetProperty("size").GetInt32().ShouldBe(world.Size);
        output.GetProperty("entries").GetInt32().ShouldBe(world.Size);
        output.GetProperty("keys").GetArrayLength().ShouldBe(2);
        output.GetProperty("checkpoints").GetInt32().ShouldBeGreaterThan(1);
    }

    [GoFact]
    public async Task Go_finds_a_flipped_bit()
    {
        var export = world.CopyExport();
        var bundle = Path.Combine(export, "tile", "entries", "000");
        var bytes = await File.ReadAllBytesAsync(bundle);
        bytes[^1] ^= 1; // Of the last entry of the bundle.
        await File.WriteAllBytesAsync(bundle, bytes);

        var (exitCode, output) = await GoProgram.RunAsync("log", export, world.Keys);

        exitCode.ShouldBe(1);
        output.GetProperty("problem").GetString().ShouldBe("entry 255 is not the one in the tree");
    }

    [GoFact]
    public async Task Go_finds_a_checkpoint_of_another_history()
    {
        var export = world.CopyExport();
        var earlier = Directory.EnumerateFiles(Path.Combine(export, "checkpoints")).First();
        var lines = await File.ReadAllLinesAsync(earlier);
        lines[2] = Convert.ToBase64String(new byte[32]);
        await File.WriteAllTextAsync(earlier, string.Join('\n', lines) + "\n");

        var (exitCode, output) = await GoProgram.RunAsync("log", export, world.Keys);

        exitCode.ShouldBe(1);
        output.GetProperty("problem").GetString()!.ShouldStartWith(Path.GetFileName(earlier));
    }

    [GoFact]
    public async Task Go_checks_the_proof_of_one_entry()
    {
        var (exitCode, output) = await GoProgram.RunAsync("proof", await world.ProveAsync(index: 257), world.Keys);

        exitCode.ShouldBe(0, output.ToString());
        output.GetProperty("index").GetInt32().ShouldBe(257);
        output.GetProperty("size").GetInt32().ShouldBe(world.Size);
    }

    [NodeFact]
    public async Task JavaScript_reads_every_entry_and_finds_the_root_of_the_checkpoint()
    {
        var (exitCode, output) = await NodeScript.RunAsync("published.mjs", "log", world.Export, world.Keys);

        exitCode.ShouldBe(0, output.ToString());
        output.GetProperty("entries").GetInt32().ShouldBe(world.Size);
    }

    [NodeFact]
    public async Task JavaScript_checks_the_proof_of_one_entry()
    {
        var (exitCode, output) = await NodeScript.RunAsync("published.mjs", "proof", await world.ProveAsync(index: 3), world.Keys);

        exitCode.ShouldBe(0, output.ToString());
        output.GetProperty("index").GetInt32().ShouldBe(3);
    }

    [NodeFact]
    public async Task JavaScript_refuses_the_proof_of_another_entry()
    {
        var proof = await world.ProveAsync(index: 3);
        await File.WriteAllTextAsync(proof, (await File.ReadAllTextAsync(proof)).Replace("index 3\n", "index 4\n", StringComparison.Ordinal));

        var (exitCode, output) = await NodeScript.RunAsync("published.mjs", "proof", proof, world.Keys);

        exitCode.ShouldBe(1);
        output.GetProperty("problem").GetString()!.ShouldContain("root");
    }

    [NodeFact]
    public async Task JavaScript_checks_that_a_later_checkpoint_continues_each_earlier_one()
    {
        foreach (var earlier in Directory.EnumerateFiles(Path.Combine(world.Export, "checkpoints")))
        {
            var oldSize = int.Parse(Path.GetFileName(earlier), System.Globalization.CultureInfo.InvariantCulture);
            var proof = await world.ProveGrowthAsync(oldSize, world.Size);

            var (exitCode, output) = await NodeScript.RunAsync("published.mjs", "consistency", proof, world.Keys, earlier, Path.Combine(world.Export, "checkpoint"));

            exitCode.ShouldBe(0, output.ToString());
            output.GetProperty("old_size").GetInt32().ShouldBe(oldSize);
        }
    }
}
