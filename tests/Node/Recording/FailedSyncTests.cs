using System.Diagnostics;
using System.Globalization;
using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Node.Tests.Worlds;
using Exchange.Samples.Marketplace.Books;
using Exchange.Tests;

namespace Exchange.Node.Tests.Recording;

/// <summary>What becomes of a node whose disk fails (I2, I7).</summary>
public sealed class FailedSyncTests
{
    private const int Failed = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [ProgramFact("strace")]
    public async Task A_node_whose_log_cannot_be_synced_refuses_ends_with_exit_code_1_and_starts_again()
    {
        await using var world = await DemoWorld.CreateAsync(new DemoWorldOptions { Book = new SampleBook(7, new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero)) });
        await world.StartNodeAsync();
        await using var portal = world.ConnectAs(DemoMembers.Portal);
        await portal.GiveConsentAsync(SomeWorld.Consent(SomeWorld.Citizen));
        await using var tax = world.ConnectAs(DemoMembers.TaxService);
        await tax.FetchAsync(SomeWorld.Ask());

        var node = (NodeProcess)world.Node;
        using (var strace = await FailSyncsAsync(node.Id, Directory.GetFiles(world.LogFolder, "*.segment").Single()))
        {
            await Should.ThrowAsync<ExchangeRefusedException>(tax.FetchAsync(SomeWorld.Ask()));
            using var patience = new CancellationTokenSource(Patience);
            (await node.WaitForExitAsync(patience.Token)).ShouldBe(Failed);
            await strace.WaitForExitAsync(patience.Token);
        }

        await world.StopNodeAsync();
        await world.StartNodeAsync();
        await using var again = world.ConnectAs(DemoMembers.TaxService);
        await again.FetchAsync(SomeWorld.Ask());
    }

    private static async Task<Process> FailSyncsAsync(int process, string file)
    {
        var strace = Process.Start(new ProcessStartInfo(
            "strace",
            ["-f", "-P", file, "-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO", "-o", "/dev/null", "-p", process.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;

        // First of all it says which path it watches; that it is attached is said for each thread.
        while ((await strace.StandardError.ReadLineAsync()).ShouldNotBeNull() is var line && !line.Contains("attached", StringComparison.Ordinal))
        {
        }

        _ = strace.StandardError.ReadToEndAsync();
        return strace;
    }
}
