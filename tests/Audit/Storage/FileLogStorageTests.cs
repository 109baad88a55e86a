using System.Diagnostics;
using System.Text.Json;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Storage;
using Exchange.Verifier;

namespace Exchange.Audit.Tests.Storage;

/// <summary>The log on a real file system, and the auditor's program on what it leaves.</summary>
public sealed class FileLogStorageTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("exchange-audit-").FullName;

    private string LogDirectory => Path.Combine(_directory, "node", "log");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_log_in_files_goes_on_after_it_was_closed_and_verifies_while_it_is_open()
    {
        Directory.CreateDirectory(Path.Combine(_directory, "node"));
        var random = new Random(1);
        for (var round = 0; round < 3; round++)
        {
            await using var log = Some.Log(new FileLogStorage(LogDirectory));
            log.Size.ShouldBe((ulong)(round * 100));
            for (var i = 0; i < 100; i++)
            {
                (await log.Append(Some.Body(random))).IsDurable.ShouldBeTrue();
            }

            var report = LogVerification.Run(LogDirectory, new() { Keys = Some.Keys });
            report.Problem.ShouldBeNull();
            report.Size.ShouldBe(log.Size);
        }

        var files = Directory.GetFiles(LogDirectory).Select(path => new FileInfo(path)).ToList();
        files.Count(file => file.Extension == ".segment").ShouldBeGreaterThan(1);
        files.Where(file => file.Name != "lock").ShouldAllBe(file => file.Length == Some.SmallOptions.SegmentBytes);
    }

    [Fact]
    public async Task A_second_node_on_the_same_log_is_refused()
    {
        await using var log = Some.Log(new FileLogStorage(_directory));

        Should.Throw<LogInUseException>(() => new FileLogStorage(_directory)).Message.ShouldContain("in use by another process");
    }

    [Fact]
    public void A_file_that_cannot_be_had_whole_is_not_left_half_made()
    {
        using var storage = new FileLogStorage(_directory);

        Should.Throw<IOException>(() => storage.Create("reserve", 1L << 62));

        storage.List().ShouldBe(["lock"]);
    }

    [Fact]
    public async Task The_program_verifies_a_log_and_names_the_entry_whose_byte_was_flipped()
    {
        var receipt = Path.Combine(_directory, "receipt");
        var key = Path.Combine(_directory, "receipt.pub.pem");
        await File.WriteAllTextAsync(key, Some.Key.ExportSubjectPublicKeyInfoPem());
        await using (var log = Some.Log(new FileLogStorage(LogParent())))
        {
            await log.Append(Some.BodyOf(100));
            await File.WriteAllBytesAsync(receipt, ReceiptWriter.ToArray((await log.Append(Some.BodyOf(100))).Entry));
        }

        var (exit, output, error) = await Run("log", LogDirectory, "--key", key, "--receipt", receipt, "--json");
        exit.ShouldBe(0, error);
        using (var json = JsonDocument.Parse(output))
        {
            json.RootElement.GetProperty("verified").GetBoolean().ShouldBeTrue();
            json.RootElement.GetProperty("size").GetInt32().ShouldBe(2);
            json.RootElement.GetProperty("receipts_found").GetInt32().ShouldBe(1);
            json.RootElement.GetProperty("signatures").GetString().ShouldBe("checked");
        }

        (await Run("log", LogDirectory)).Error.ShouldContain("Signatures were not checked");

        // Behind the header, group 0 takes two sectors; byte 100 of group 1 is within its entry.
        var segment = Path.Combine(LogDirectory, SegmentLayout.FileName(0));
        var bytes = await File.ReadAllBytesAsync(segment);
        bytes[SegmentLayout.HeaderBytes + (2 * SegmentLayout.SectorBytes) - SegmentLayout.SectorBytes + 100] ^= 1;
        await File.WriteAllBytesAsync(segment, bytes);
        (exit, output, error) = await Run("log", LogDirectory, "--key", key);
        exit.ShouldBe(1);
        error.ShouldContain("FAILED at entry 1");
        output.ShouldMatch(@"verified +false");
    }

    [Fact]
    public async Task The_program_tells_bad_usage_from_a_failed_verification_and_teaches()
    {
        (await Run("log", Path.Combine(_directory, "absent"))).ShouldSatisfyAllConditions(run => run.Exit.ShouldBe(2), run => run.Error.ShouldContain("neither a directory nor a file"));
        (await Run("log")).Exit.ShouldBe(2);
        (await Run("log", _directory)).ShouldSatisfyAllConditions(run => run.Exit.ShouldBe(1), run => run.Error.ShouldContain("there is no segment"));
        (await Run("log", _directory, "--key", Path.Combine(_directory, "absent"))).Exit.ShouldBe(2);
        (await Run("--help")).ShouldSatisfyAllConditions(run => run.Exit.ShouldBe(0), run => run.Output.ShouldContain("Exit codes"));
    }

    private string LogParent()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(LogDirectory)!);
        return LogDirectory;
    }

    private static async Task<(int Exit, string Output, string Error)> Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", typeof(LogVerification).Assembly.Location, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }
}
