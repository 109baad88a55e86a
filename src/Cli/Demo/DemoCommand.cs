using System.CommandLine;
using Exchange.Cli.Demo.Retail;
using Exchange.Cli.Demo.Story;
using Exchange.Cli.Demo.World;
using Exchange.Samples.Marketplace.Books;
using Exchange.Vocabulary;

namespace Exchange.Cli.Demo;

/// <summary><c>exchange demo</c>.</summary>
internal sealed class DemoCommand : Verb
{
    private const int Seed = 2026;

    private readonly Option<string?> _data = new("--data") { Description = "Real transactions: a CSV file in the form of \"Online Retail\". Generated purchases otherwise.", HelpName = "file" };
    private readonly Option<bool> _keep = new("--keep") { Description = "Keep the folder, and leave node and marketplace running until Ctrl+C." };

    internal DemoCommand()
        : base(
            "demo",
            "Shows the whole of it: keys, a node, a marketplace, consent, data, refusals, and the proof.",
            "exchange demo",
            "exchange demo --data online-retail.csv",
            "exchange demo --keep")
    {
        Add(_data);
        Add(_keep);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Output output, CancellationToken cancellation)
    {
        var clock = TimeProvider.System;
        var teller = new StoryTeller(output);
        teller.Say("A marketplace, two state systems and a node between them; all of it made now, on this machine.");

        var file = arguments.GetValue(_data);
        var retail = file is null ? null : OnlineRetailBook.Load(file);
        var sample = new SampleBook(Seed, clock.GetUtcNow());
        var options = new DemoWorldOptions { Book = retail is null ? sample : retail, KeepFolder = arguments.GetValue(_keep), Clock = clock };
        await using var world = await DemoWorld.CreateAsync(options, cancellation);
        await world.StartNodeAsync(cancellation);
        teller.Say($"Folder {world.Folder}; marketplace {world.Marketplace.Endpoint.Authority}; node {world.Node.Address.Listening}, process {((NodeProcess)world.Node).Id}.");

        var proof = new LogProof(world, teller);
        if (retail is null)
        {
            var story = new DemoStory(world, sample, teller, clock.Now());
            await story.TellAsync(cancellation);
            Prove(teller, proof, [.. story.Pages.Select(page => page.Receipt), .. story.Receipts]);
            DemoHints.Say(teller, world, options.KeepFolder, DemoMembers.Portal, story.LastQuery);
        }
        else
        {
            var run = new RetailRun(world, retail, teller, clock);
            await run.RunAsync(cancellation);
            Prove(teller, proof, run.Receipts);
            DemoHints.Say(teller, world, options.KeepFolder, DemoMembers.TaxService, run.LastQuery);
        }

        teller.Say(teller.EverythingWentAsTold ? "Everything went as told." : "Something did NOT go as told.");
        if (options.KeepFolder)
        {
            await UntilStoppedAsync(cancellation);
        }

        return teller.EverythingWentAsTold ? ExitCode.Done : ExitCode.Refused;
    }

    private static void Prove(StoryTeller teller, LogProof proof, List<Format.V1.Receipt> receipts)
    {
        teller.EndChapter();
        teller.Chapter("Nobody needs to believe the node");
        proof.Verify(receipts);
        proof.Forge(receipts[0].Index);
        teller.EndChapter();
    }

    private static async Task UntilStoppedAsync(CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, cancellation);
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C is how this ends.
        }
    }
}
