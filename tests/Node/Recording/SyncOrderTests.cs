using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Exchange.Cli.Demo.World;
using Exchange.Node.Tests.Worlds;
using Exchange.Samples.Marketplace.Books;
using Exchange.Tests;

namespace Exchange.Node.Tests.Recording;

/// <summary>
/// The page cache hides a missing sync from kill -9, so here the kernel's own calls are watched: no answer is written to a member's
/// connection before the sync of its entry has returned (I2).
/// </summary>
public sealed partial class SyncOrderTests
{
    private const int Fetches = 20;

    /// <summary>An envelope is longer than anything else that the node sends on a connection after its handshake.</summary>
    private const int AnswerBytes = 1500;

    [ProgramFact("strace")]
    public async Task Each_answer_is_sent_after_the_sync_of_its_entry_returned()
    {
        await using var world = await DemoWorld.CreateAsync(new DemoWorldOptions { Book = new SampleBook(7, new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero)) });
        await world.StartNodeAsync();
        await using var portal = world.ConnectAs(DemoMembers.Portal);
        await portal.GiveConsentAsync(SomeWorld.Consent(SomeWorld.Citizen));
        await using var tax = world.ConnectAs(DemoMembers.TaxService);
        await tax.FetchAsync(SomeWorld.Ask()); // The handshake and the first use of everything lie behind.

        var trace = Path.Combine(world.Folder, "trace.txt");
        using var strace = await AttachAsync(((NodeProcess)world.Node).Id, trace);
        using (var probe = new HttpClient())
        {
            await probe.GetStringAsync(new Uri($"http://{world.Node.Address.Operations}/livez"));
        }

        for (var i = 0; i < Fetches; i++)
        {
            await tax.FetchAsync(SomeWorld.Ask());
        }

        var (members, operations) = (world.Node.Address.Listening, world.Node.Address.Operations);
        await world.StopNodeAsync();
        await strace.WaitForExitAsync();

        var (answers, early) = Count(await File.ReadAllLinesAsync(trace), members, operations);
        answers.ShouldBe(Fetches);
        early.ShouldBe(0, "an answer left before the sync of its entry had returned");
    }

    [Fact]
    public void An_answer_before_its_sync_would_be_noticed()
    {
        string[] trace =
        [
            "10 sendmsg(70<TCP:[127.0.0.1:2000->127.0.0.1:40]>, {...}, MSG_NOSIGNAL) = 150",
            "10 sendmsg(71<TCP:[127.0.0.1:1000->127.0.0.1:41]>, {...}, MSG_NOSIGNAL <unfinished ...>",
            "11 fdatasync(9</data/log/0.segment> <unfinished ...>",
            "10 <... sendmsg resumed>) = 4000",
            "11 <... fdatasync resumed>) = 0",
            "11 fdatasync(9</data/log/0.segment>) = 0",
            "10 sendmsg(71<TCP:[127.0.0.1:1000->127.0.0.1:41]>, {...}, MSG_NOSIGNAL) = 4000",
        ];

        Count(trace, "127.0.0.1:1000", "127.0.0.1:2000").ShouldBe((2, 1));
    }

    /// <summary>Behind the probe's answer: how many answers were sent, and how many of them before as many syncs had returned.</summary>
    private static (int Answers, int Early) Count(IEnumerable<string> trace, string members, string operations)
    {
        var (counting, syncs, answers, early) = (false, 0, 0, 0);
        var begun = new Dictionary<string, (string Line, int Syncs)>();
        foreach (var line in trace)
        {
            var thread = line.Split(' ', 2)[0];
            if (line.EndsWith("<unfinished ...>", StringComparison.Ordinal))
            {
                begun[thread] = (line, syncs);
                continue;
            }

            // What counts of a sync is its return; of an answer, its beginning.
            var (call, syncsBefore) = line.Contains("resumed>", StringComparison.Ordinal) && begun.Remove(thread, out var start) ? (start.Line, start.Syncs) : (line, syncs);
            var result = Result().Match(line) is { Success: true } match ? long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : -1;
            if (!counting)
            {
                counting = call.Contains($"[{operations}->", StringComparison.Ordinal) && result > 0;
            }
            else if (call.Contains("sync(", StringComparison.Ordinal) && call.Contains("/log/", StringComparison.Ordinal) && result == 0)
            {
                syncs++;
            }
            else if (call.Contains($"[{members}->", StringComparison.Ordinal) && result >= AnswerBytes)
            {
                answers++;
                early += syncsBefore < answers ? 1 : 0;
            }
        }

        return (answers, early);
    }

    private static async Task<Process> AttachAsync(int process, string output)
    {
        var strace = Process.Start(new ProcessStartInfo("strace", ["-f", "-yy", "-s", "0", "-e", "trace=fsync,fdatasync,sendmsg,sendto,write,writev", "-o", output, "-p", process.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;

        // One line a thread says that it is being watched; the first says that all of them are.
        (await strace.StandardError.ReadLineAsync()).ShouldNotBeNull().ShouldContain("attached");
        _ = strace.StandardError.ReadToEndAsync();
        return strace;
    }

    [GeneratedRegex(@"= (\d+)$")]
    private static partial Regex Result();
}
