using System.Diagnostics;
using System.Globalization;
using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Node.Tests.Worlds;
using Exchange.Samples.Marketplace.Books;
using Exchange.Tests;

namespace Exchange.Node.Tests.Snapshots;

/// <summary>The signal by which an operator says: read your files again.</summary>
public sealed class HangUpTests
{
    [ProgramFact("kill")]
    public async Task SIGHUP_makes_the_nodes_process_read_its_files_again_and_go_on()
    {
        await using var world = await DemoWorld.CreateAsync(new DemoWorldOptions { Book = new SampleBook(7, new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero)) });
        await File.AppendAllTextAsync(world.NodeConfiguration, "\nreload: {interval: 0s}\n");
        await world.StartNodeAsync();
        await using var portal = world.ConnectAs(DemoMembers.Portal);
        await portal.GiveConsentAsync(SomeWorld.Consent(SomeWorld.Citizen));
        await using var tax = world.ConnectAs(DemoMembers.TaxService);
        var before = (await tax.FetchAsync(SomeWorld.Ask())).Header.PolicyDigest;

        ReloadingWorld.Replace(world.PolicyFile, policy => policy.Replace("items: keep", "itmes: keep", StringComparison.Ordinal));
        await HangUpAsync(world);
        await SaidAsync(world, "did you mean 'items'?");
        (await tax.FetchAsync(SomeWorld.Ask())).Header.PolicyDigest.ShouldBe(before);

        ReloadingWorld.Replace(world.PolicyFile, policy => policy.Replace("itmes: keep", "items: drop", StringComparison.Ordinal));
        await HangUpAsync(world);
        await SaidAsync(world, "Rules widened: 0, narrowed: 1");
        (await tax.FetchAsync(SomeWorld.Ask())).Header.PolicyDigest.ShouldNotBe(before);
    }

    private static async Task HangUpAsync(DemoWorld world)
    {
        using var kill = Process.Start("kill", ["-HUP", ((NodeProcess)world.Node).Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        kill.ExitCode.ShouldBe(0);
    }

    private static Task SaidAsync(DemoWorld world, string words) => ReloadingWorld.UntilAsync(() => Lines(world).Contains(words, StringComparison.Ordinal), $"the node says '{words}'");

    private static string Lines(DemoWorld world)
    {
        using var reader = new StreamReader(new FileStream(world.NodeLogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }
}
