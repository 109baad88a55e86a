using System.Globalization;
using Exchange.Cli.Certs;
using Exchange.Cli.Demo.Story;
using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Vocabulary;

namespace Exchange.Cli.Demo;

/// <summary>Commands that work on what the demo left behind.</summary>
internal static class DemoHints
{
    internal static void Say(StoryTeller teller, DemoWorld world, bool kept, MemberId member, FetchQuery query)
    {
        var exchange = Program;
        teller.Chapter("To try");
        if (!kept)
        {
            teller.Say($"  {exchange} demo --keep             leaves node and marketplace running, and prints commands for them");
            teller.Say($"  {exchange} demo --data <file>      does it with real transactions");
            return;
        }

        var client = Path.Combine(world.FolderOf(member), MemberFolder.ClientFile);
        teller.Say($"  {exchange} audit tail {world.LogFolder}");
        teller.Say($"  {exchange} audit verify {world.LogFolder} --key {world.ReceiptKeyFile}");
        teller.Say($"  {exchange} audit export {world.LogFolder} --to export");
        teller.Say($"  {exchange} audit verify export --key {world.ReceiptKeyFile} --checkpoint-key {Path.Combine(Path.GetDirectoryName(world.ReceiptKeyFile)!, NodeFolder.CheckpointPublicKeysFile)}");
        teller.Say($"  {exchange} policy explain --config {world.NodeConfiguration} --consumer {member} --provider {query.Provider} --dataset {query.Dataset} --purpose {query.Purpose}");
        teller.Say($"  {exchange} fetch --client {client} --provider {query.Provider} --dataset {query.Dataset} --purpose {query.Purpose} --subject {query.Scheme}:{query.Subject} {string.Join(' ', query.Fields.Select(field => $"--field {field}"))} --from {Day(query.From)} --until {Day(query.Until)} --out envelopes");
        teller.Say("Ctrl+C ends node and marketplace; the folder stays.");
    }

    /// <summary>This program as a shell can start it from the current folder.</summary>
    private static string Program => Environment.ProcessPath is { } self && Path.GetFileNameWithoutExtension(self) == "exchange"
        ? Path.GetRelativePath(Environment.CurrentDirectory, self)
        : $"dotnet {typeof(DemoHints).Assembly.Location}";

    private static string Day(Instant? time) => time.GetValueOrDefault().ToDateTimeOffset().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
