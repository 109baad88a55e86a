using System.Diagnostics;
using Exchange.Format.V1;
using Exchange.Node.Tests.Worlds;
using Google.Protobuf;

namespace Exchange.Node.Tests.Recording;

/// <summary>What a member kept and what the operator hands out, in the hands of an auditor with the auditor's own tool.</summary>
[Collection(SharedWorld.Name)]
public sealed class AuditorTests(SomeWorld world)
{
    [Fact]
    public async Task An_auditor_checks_kept_envelopes_with_a_public_key_alone()
    {
        var kept = Path.Combine(world.World.Folder, "kept.envelope");
        var changed = Path.Combine(world.World.Folder, "changed.envelope");
        var page = await world.Tax.FetchAsync(SomeWorld.Ask());
        await File.WriteAllBytesAsync(kept, page.EnvelopeBytes);
        var envelope = Envelope.Parser.ParseFrom(page.EnvelopeBytes);
        var ciphertext = envelope.Ciphertext.ToByteArray();
        ciphertext[0] ^= 1;
        envelope.Ciphertext = ByteString.CopyFrom(ciphertext);
        await File.WriteAllBytesAsync(changed, envelope.ToByteArray());

        (await VerifyAsync("envelope", kept, "--key", world.World.ReceiptKeyFile)).ShouldBe((0, $"{kept}: sound; entry {page.Receipt.Index} of exchange.test/node-1"));
        (await VerifyAsync("envelope", kept, changed, "--key", world.World.ReceiptKeyFile)).ExitCode.ShouldBe(1);
        (await VerifyAsync("envelope", kept)).ExitCode.ShouldBe(2);
        (await VerifyAsync("envelope", kept, "--key", kept)).ExitCode.ShouldBe(2);
        (await VerifyAsync("envelope", world.World.Folder, "--key", world.World.ReceiptKeyFile)).ExitCode.ShouldBe(2);

        // An envelope in a receipt's place is a slip, and accuses nobody.
        (await VerifyAsync("log", Path.Combine(world.World.DataFolder, "log"), "--key", world.World.ReceiptKeyFile, "--receipt", kept)).ExitCode.ShouldBe(2);
    }

    [Fact]
    public async Task An_auditor_verifies_the_log_of_a_running_node_from_a_members_receipt()
    {
        var receipt = Path.Combine(world.World.Folder, "late.receipt");
        await File.WriteAllBytesAsync(receipt, (await world.Tax.FetchAsync(SomeWorld.Ask())).Receipt.ToByteArray());

        var (exitCode, report) = await VerifyAsync(
            "log", Path.Combine(world.World.DataFolder, "log"), "--key", world.World.ReceiptKeyFile, "--origin", "exchange.test/node-1", "--receipt", receipt);

        exitCode.ShouldBe(0, report);
    }

    private static async Task<(int ExitCode, string Output)> VerifyAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "exchange-verify.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await errors;
        await process.WaitForExitAsync();
        return (process.ExitCode, output.Trim());
    }
}
