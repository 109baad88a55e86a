using System.Globalization;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Proofs.Verification;
using Exchange.Audit.Reading;
using Exchange.Cli.Demo.World;
using Exchange.Format.V1;
using Exchange.Verifier;

namespace Exchange.Cli.Demo.Story;

/// <summary>What an auditor does, with the log's files and the public receipt key alone: verify, then try to deceive oneself.</summary>
internal sealed class LogProof(DemoWorld world, StoryTeller teller)
{
    private const string Auditor = "auditor";

    /// <summary>Verifies the log and that it holds what every receipt promises.</summary>
    internal void Verify(IReadOnlyList<Receipt> receipts)
    {
        var report = Verify(world.LogFolder, receipts);
        teller.Tell(new StoryLine(
            Auditor,
            string.Create(CultureInfo.InvariantCulture, $"verifies the log with the public key and the {receipts.Count} receipts that members hold"),
            report.IsVerified
                ? string.Create(CultureInfo.InvariantCulture, $"{report.Size} entries in {report.Groups} signed groups, {report.ReceiptsFound} receipts found in it")
                : $"{report.Problem}",
            Entry: null,
            report.IsVerified && report.SignaturesChecked && report.ReceiptsFound == receipts.Count));
    }

    /// <summary>Flips one bit of an entry in a copy of the log; the verifier must name that entry.</summary>
    internal void Forge(ulong index)
    {
        var copy = Path.Combine(world.Folder, "forged-log");
        Directory.CreateDirectory(copy);
        foreach (var segment in Directory.EnumerateFiles(world.LogFolder).Where(path => SegmentLayout.TryParseFileName(Path.GetFileName(path), out _)))
        {
            File.Copy(segment, Path.Combine(copy, Path.GetFileName(segment)), overwrite: true);
        }

        using (var entry = new LogReader(world.LogFolder).Entries(index, index + 1))
        {
            entry.MoveNext();
            Flip(Path.Combine(copy, entry.Segment), entry.Offset + (entry.Current.Length / 2));
        }

        var report = Verify(copy, receipts: []);
        teller.Tell(new StoryLine(
            Auditor,
            string.Create(CultureInfo.InvariantCulture, $"flips one bit of entry {index} in a copy of the log, and verifies that"),
            report.Problem is { } problem ? string.Create(CultureInfo.InvariantCulture, $"entry {problem.EntryIndex}: {problem.What}") : "nothing was noticed",
            report.Problem?.EntryIndex,
            report.Problem?.EntryIndex == index));
    }

    private VerificationReport Verify(string folder, IReadOnlyList<Receipt> receipts)
    {
        using var keys = new ReceiptKeys();
        keys.AddPem(File.ReadAllText(world.ReceiptKeyFile));
        return LogVerification.Run(folder, new LogVerifierOptions { Keys = keys, ExpectedOrigin = DemoMembers.Origin, Receipts = receipts });
    }

    private static void Flip(string file, long offset)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        stream.Position = offset;
        var value = stream.ReadByte();
        stream.Position = offset;
        stream.WriteByte((byte)(value ^ 1));
    }
}
