using Exchange.Cli.Demo.Story;
using Exchange.Cli.Demo.World;

namespace Exchange.Cli.Demo;

/// <summary>Commands that work on what the demo left behind.</summary>
internal static class DemoHints
{
    internal static void Say(StoryTeller teller, DemoWorld world, bool kept)
    {
        teller.Chapter("To try");
        if (!kept)
        {
            teller.Say("  exchange demo --keep                  leaves folder, node and marketplace for the commands that it then prints");
            teller.Say("  exchange policy explain --help        what happens to each field, and which line says so");
            return;
        }

        var tax = Path.Combine(world.FolderOf(DemoMembers.TaxService), "client.yaml");
        teller.Say($"  exchange audit tail {world.LogFolder}");
        teller.Say($"  exchange audit verify {world.LogFolder} --key {world.ReceiptKeyFile}");
        teller.Say($"  exchange policy explain --config {world.NodeConfiguration} --consumer {DemoMembers.TaxService} --provider {DemoMembers.Marketplace} --dataset purchases.v1 --purpose tax-deduction");
        teller.Say($"  exchange fetch --client {tax} --provider {DemoMembers.Marketplace} --dataset purchases.v1 --purpose tax-deduction --subject inn:... --field total");
        teller.Say("Ctrl+C ends node and marketplace; the folder stays.");
    }
}
